"""The words of an invented county: its places, people and what they talk about. None of them is meant to exist."""

from typing import Final

from domain.vocabulary import Challenge

COUNTY: Final = "Merrowshire"
DISTRICTS: Final = ("Thornlathe", "Castlemere", "Sallowdale")
UNITARY: Final = "Port Averil"
NEIGHBOURHOODS: Final = (
    "Harrowfold",
    "Tansy Hill",
    "Lowmarsh End",
    "Quillbank",
    "Quernside",
    "Ropewalk",
    "Old Foundry",
    "Penny Brook",
    "Larkrise Green",
    "Saltgate",
    "Weirfield",
    "Dunnock Lane",
    "Cold Ashby Cross",
    "Fellmongers",
    "Greenholm",
    "Kiln Row",
    "Marlpit",
    "North Staithes",
    "Orchard Rents",
    "Teasel Moor",
    "Upper Garth",
    "Vinegar Yard",
    "Whinstone",
    "Yarrow Bridge",
)
FIRST_NAMES: Final = (
    *("Amara", "Bram", "Celia", "Davit", "Elspeth", "Farrukh", "Gwenda", "Hollis", "Ines", "Jonty", "Kezia"),
    *("Lorcan", "Maud", "Nasra", "Oswin", "Petra", "Quentin", "Rhoda", "Samir", "Tamsin", "Ulla", "Verity", "Wojtek"),
)
LAST_NAMES: Final = (
    *("Abernook", "Brindlow", "Cattermoss", "Dapperling", "Eavestone", "Fennimoor", "Garsidey", "Hobbleton"),
    *("Ivelmere", "Jessopley", "Kettlerigg", "Lathbury-Oduya", "Mosswick", "Nettleforth", "Okeshaw", "Pindersley"),
    *("Quarmley", "Rushbeck", "Stavelow", "Tipperfield", "Umberson", "Vennacott", "Wainfleetly", "Yaxholme"),
)
STREETS: Final = (
    "Chandler Street",
    "the Rec",
    "Mill Steps",
    "Bell Court",
    "Tanyard Road",
    "the old library",
    "Spinney Walk",
)

# What is promised, and the shared challenge it is about.
PROMISES: Final = (
    ("mend the lamps on {street}", Challenge.COMMUNITY_SAFETY),
    ("put two more evening patrols on {street}", Challenge.COMMUNITY_SAFETY),
    ("publish the plan for {street} in plain words", Challenge.TRUST_AND_VOICE),
    ("open {street} for the youth club on Fridays", Challenge.YOUTH_PROVISION),
    ("find a room near {street} for the advice session", Challenge.ACCESS_TO_SERVICES),
    ("clear what was dumped behind {street}", Challenge.ENVIRONMENT),
    ("run a job club at {street}", Challenge.ACCESS_TO_WORK),
    ("bring the damp survey of {street} to residents", Challenge.HOUSING),
    ("keep the 14 bus stopping at {street}", Challenge.TRANSPORT_CONNECTIVITY),
    ("plant the verge along {street}", Challenge.ENVIRONMENT),
    ("send a nurse to the drop-in at {street}", Challenge.HEALTH),
    ("set up free wireless at {street}", Challenge.DIGITAL_CONNECTIVITY),
    ("let the pantry use the store at {street}", Challenge.COST_OF_LIVING),
    ("paint the shop fronts by {street}", Challenge.HIGH_STREET),
)
MEASURES: Final = ("Residents can see it done", "A note to the board with dates", "Counted by the board on a walkabout")
ASKS: Final = (
    ("A crossing where {street} meets the school", Challenge.TRANSPORT_CONNECTIVITY),
    ("Somewhere for young people to go near {street}", Challenge.YOUTH_PROVISION),
    ("To be told before work starts on {street}", Challenge.TRUST_AND_VOICE),
    ("A say in what replaces {street}", Challenge.TRUST_AND_VOICE),
    ("An evening surgery within walking distance of {street}", Challenge.HEALTH),
    ("Repairs reported at {street} to be dealt with once", Challenge.HOUSING),
    ("Benches and shade at {street}", Challenge.SOCIAL_INFRASTRUCTURE),
    ("A fair share of the training places at {street}", Challenge.ACCESS_TO_EDUCATION),
    ("Help with heating for those along {street}", Challenge.COST_OF_LIVING),
    ("A bus back from the hospital after eight", Challenge.TRANSPORT_CONNECTIVITY),
)
DECISIONS: Final = (
    "Take on the lease of {street}",
    "Pay the street stewards for their hours",
    "Spend the small grants on {street} first",
    "Hold every second meeting at {street}",
    "Commission the summer programme at {street}",
    "Back the residents' plan for {street}",
)
REASONS: Final = (
    "Most who came asked for it.",
    "It can start now, and stop if it does not work.",
    "It costs least for what it changes.",
    "The survey put it first.",
)
DECLINED: Final = ("The money for it is spent until spring.", "The law does not let us.", "Another road is worse.")
EXCUSES: Final = ("The officer left.", "The budget was frozen.", "The contractor withdrew.")
NOTES: Final = (
    "A full room. Most of the talk was about {street}.",
    "Short meeting; the action list was read out line by line.",
    "People were cross about {street} and said so.",
    "New faces from {street}; agreed to start earlier.",
)
CONSULTED_ON: Final = ("The future of {street}", "Parking around {street}", "What the next two years should be for")
INTERVENTIONS: Final = (
    "{place} street stewards",
    "{place} community pantry",
    "{place} youth bus",
    "{place} repair café",
    "{place} evening clinic",
)
LESSONS: Final = (
    "Asking for receipts before paying stops the smallest groups from applying.",
    "A promise with a name and a day to it gets done more often.",
    "Meetings that end by eight keep parents coming.",
    "Telling people no, and why, costs less goodwill than silence.",
)
COMMENTS: Final = ("They rang back, which is new.", "Still waiting.", "Listened, then did something else.")
GROUPS: Final = (("under 25", 0.28), ("25 to 64", 0.52), ("65 and over", 0.2))
