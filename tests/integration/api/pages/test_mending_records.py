"""Any record put right, withdrawn, said to be right or disputed by forms: by whom it is, with reasons, once."""

import pytest

from api.access.keys import Scope


@pytest.fixture
def promise(neighbourhood):
    """The address of a promise by the council to the residents' group."""
    receipt = neighbourhood.officer.records(
        f"{neighbourhood.path}/commitments",
        promisers=[neighbourhood.council],
        promisees=[neighbourhood.group],
        text="Mend the lamps\nby the <canal>",
        happened="2026-02-01",
        due="2026-03",
    )
    return f"/records/{receipt['events'][0]['event_id']}"


@pytest.fixture
def spending(neighbourhood):
    """The address of what the council spent."""
    receipt = neighbourhood.officer.records(
        f"{neighbourhood.path}/spending",
        spent_by=neighbourhood.council,
        amount={"minor_units": 60050, "currency": "GBP"},
        purpose="Lamps",
        happened="2026-02-03",
    )
    return f"/records/{receipt['events'][0]['event_id']}"


@pytest.fixture
def resident(visitors, neighbourhood):
    return visitors(neighbourhood.resident)


@pytest.fixture
def stranger(visitors, people):
    return visitors(people(Scope.READ))


UNTOUCHED = {
    "happened-day": "1", "happened-month": "2", "happened-year": "2026", "text": "Mend the lamps\r\nby the <canal>",
    "due-day": "", "due-month": "3", "due-year": "2026", "materiality": "ordinary",
}  # fmt: skip


def stands(neighbourhood, address):
    return neighbourhood.resident.reads(f"/v1{address}")["stands"]


class TestCorrection:
    def test_the_form_stands_as_the_record_does(self, officer, promise):
        markup = officer.reads(f"{promise}/correct")
        assert "Mend the lamps\nby the &lt;canal&gt;</textarea>" in markup
        assert 'name="due-month" type="text" value="3"' in markup

    def test_only_what_was_changed_is_put_right(self, officer, neighbourhood, promise):
        changed = {**UNTOUCHED, "due-day": "15", "due-month": "April", "reasons": "The wrong month"}
        answer = officer.sends(f"{promise}/correct", changed)
        assert answer.status_code == 303, answer.text
        assert stands(neighbourhood, promise)["due"] == "2026-04-15"
        (correction,) = neighbourhood.resident.reads(f"/v1{promise}")["since"]
        before, after = (
            neighbourhood.resident.reads(f"/v1{promise}")["record"]["body"],
            correction["body"]["replacement"],
        )
        assert {name for name in after if after[name] != before[name]} == {"due"}

    def test_an_amount_is_put_right_in_pounds(self, officer, neighbourhood, spending):
        fields = {"happened-day": "3", "happened-month": "2", "happened-year": "2026", "purpose": "Lamps"}
        wrong = officer.sends(f"{spending}/correct", fields, amount="a lot", reasons="Tax was left out")
        assert (wrong.status_code, wrong.text.count("Amount must be an amount of money")) == (422, 2)
        assert 'value="a lot"' in wrong.text
        right = officer.sends(f"{spending}/correct", fields, amount="£1,600.50", reasons="Tax was left out")
        assert right.status_code == 303, right.text
        assert stands(neighbourhood, spending)["amount"]["minor_units"] == 160_050

    def test_an_amount_in_another_currency_stays_in_it(self, officer, neighbourhood):
        receipt = neighbourhood.officer.records(
            f"{neighbourhood.path}/spending",
            spent_by=neighbourhood.council,
            amount={"minor_units": 60050, "currency": "EUR"},
            purpose="Lamps",
            happened="2026-02-03",
        )
        spending = f"/records/{receipt['events'][0]['event_id']}"
        markup = officer.reads(f"{spending}/correct")
        assert ("EUR</div>" in markup, "£</div>" in markup) == (True, False)
        fields = {"happened-day": "3", "happened-month": "2", "happened-year": "2026", "purpose": "Lamps"}
        answer = officer.sends(f"{spending}/correct", fields, amount="700", reasons="Tax was left out")
        assert answer.status_code == 303, answer.text
        assert stands(neighbourhood, spending)["amount"] == {"minor_units": 70_000, "currency": "EUR"}

    @pytest.mark.parametrize(
        ("currency", "text", "entered", "wrong", "units"),
        [("JPY", "60050", "70,000", "700.50", 70_000), ("KWD", "60.050", "1,234.567", "700.50", 1_234_567)],
    )
    def test_an_amount_has_the_decimals_of_its_currency(
        self, officer, neighbourhood, currency, text, entered, wrong, units
    ):
        receipt = neighbourhood.officer.records(
            f"{neighbourhood.path}/spending",
            spent_by=neighbourhood.council,
            amount={"minor_units": 60050, "currency": currency},
            purpose="Lamps",
            happened="2026-02-03",
        )
        spending = f"/records/{receipt['events'][0]['event_id']}"
        assert f'value="{text}"' in officer.reads(f"{spending}/correct")
        fields = {"happened-day": "3", "happened-month": "2", "happened-year": "2026", "purpose": "Lamps"}
        refused = officer.sends(f"{spending}/correct", fields, amount=wrong, reasons="Tax was left out")
        assert (refused.status_code, refused.text.count("Amount must be an amount of money")) == (422, 2)
        answer = officer.sends(f"{spending}/correct", fields, amount=entered, reasons="Tax was left out")
        assert answer.status_code == 303, answer.text
        assert stands(neighbourhood, spending)["amount"] == {"minor_units": units, "currency": currency}

    @pytest.mark.parametrize("letters", [30_001, 2_000_000])
    def test_a_text_too_long_to_be_kept_is_not_sent_back(self, officer, promise, letters):
        answer = officer.sends(f"{promise}/correct", {**UNTOUCHED, "text": "x" * letters, "reasons": "Too little"})
        assert (answer.status_code, len(answer.content) < 10_000) == (413, True)
        assert "A text in this form is too long to be kept. Go back and shorten it." in answer.text

    def test_without_reasons_or_changes_nothing_is_put_right(self, officer, promise):
        answer = officer.sends(f"{promise}/correct", UNTOUCHED)
        assert (answer.status_code, answer.text.count("Enter what was wrong")) == (422, 2)
        answer = officer.sends(f"{promise}/correct", UNTOUCHED, reasons="A slip")
        assert answer.text.count("Nothing reads otherwise than it does on record") == 2

    def test_what_the_record_refuses_is_said_at_its_field(self, officer, promise):
        answer = officer.sends(f"{promise}/correct", {**UNTOUCHED, "due-year": "2025"}, reasons="A slip")
        assert answer.status_code == 422
        assert 'href="#due-day"' in answer.text

    def test_sent_twice_it_is_put_right_once(self, officer, neighbourhood, promise):
        key = officer.hidden(f"{promise}/correct")["key"]
        for _ in range(2):
            changed = {**UNTOUCHED, "text": "Mend all lamps", "reasons": "Too little"}
            answer = officer.sends(f"{promise}/correct", changed, key=key)
            assert answer.status_code == 303, answer.text
        assert len(neighbourhood.resident.reads(f"/v1{promise}")["since"]) == 1

    def test_a_phone_number_is_pointed_out_once_and_then_let_go(self, officer, neighbourhood, promise):
        changed = {**UNTOUCHED, "text": "Ring 07700 900123 about lamps", "reasons": "Too little"}
        answer = officer.sends(f"{promise}/correct", changed)
        assert (answer.status_code, answer.text.count("This looks like a phone number")) == (200, 1)
        assert neighbourhood.resident.reads(f"/v1{promise}")["since"] == []
        assert officer.sends(f"{promise}/correct", changed, **{"pointed-out": "yes"}).status_code == 303

    def test_another_body_is_shown_no_form_and_may_not_send_one(self, resident, neighbourhood, promise):
        assert "<textarea" not in resident.reads(f"{promise}/correct")
        token = resident.hidden("/sign-out")["form_token"]
        data = {"form_token": token, "key": "my own key", "text": "Mend nothing", "reasons": "A slip"}
        answer = resident.client.post(f"{promise}/correct", data=data, headers={"Origin": resident.origin})
        assert answer.status_code == 403
        assert neighbourhood.resident.reads(f"/v1{promise}")["since"] == []

    def test_a_reader_is_offered_nothing(self, stranger, promise):
        assert stranger.gets(f"{promise}/correct").status_code == 403
        assert "/correct" not in stranger.reads(promise)


class TestWithdrawal:
    def test_a_record_is_withdrawn_with_its_reasons(self, officer, neighbourhood, spending):
        assert f'href="{spending}/withdraw"' in officer.reads(spending)
        empty = officer.sends(f"{spending}/withdraw")
        assert (empty.status_code, empty.text.count("Enter why it should not have been recorded")) == (422, 2)
        assert officer.sends(f"{spending}/withdraw", reasons="Nobody said so").status_code == 303
        assert stands(neighbourhood, spending) is None
        assert "Why: Nobody said so" in officer.reads(spending)
        assert officer.gets(f"{spending}/withdraw").status_code == 404

    def test_the_record_of_a_promise_whose_day_has_passed_stays_and_the_form_says_what_to_do_instead(
        self, officer, neighbourhood, promise
    ):
        refused = officer.sends(f"{promise}/withdraw", reasons="Nobody said so")
        assert refused.status_code == 422
        assert "the day named for this promise has passed: withdraw the promise" in refused.text.lower()
        assert stands(neighbourhood, promise) is not None

    def test_sent_twice_it_is_withdrawn_once(self, officer, spending):
        fields = {**officer.hidden(f"{spending}/withdraw"), "reasons": "Twice on record"}
        for _ in range(2):
            answer = officer.client.post(f"{spending}/withdraw", data=fields, headers={"Origin": officer.origin})
            assert (answer.status_code, answer.headers["Location"]) == (303, spending)

    def test_a_meeting_is_withdrawn_on_its_own_page(self, officer, neighbourhood):
        receipt = neighbourhood.officer.records(
            f"{neighbourhood.path}/interactions",
            kind="meeting",
            happened="2026-03-01",
            participants=[{"party": neighbourhood.council}],
        )
        record = receipt["events"][0]["event_id"]
        assert officer.gets(f"/records/{record}/withdraw").status_code == 404
        markup = officer.reads(f"/records/{record}")
        assert f"/meetings/{receipt['created']['interaction'][0]}" in markup
        assert f'href="/records/{record}/correct"' not in markup
        assert f'href="/records/{record}/say"' in markup
        assert officer.gets(f"/records/{record}/say").status_code == 200


class TestSaying:
    def test_another_side_says_that_it_is_right(self, resident, neighbourhood, spending):
        answer = resident.sends(f"{spending}/say", said="right", body=neighbourhood.group)
        assert answer.status_code == 303, answer.text
        assert "Mill Lane Residents confirmed a record" in resident.reads(spending)

    def test_ones_own_side_is_not_another(self, officer, neighbourhood, spending):
        answer = officer.sends(f"{spending}/say", said="right", body=neighbourhood.council)
        assert answer.status_code in {403, 422}

    def test_who_says_that_it_is_wrong_says_why(self, resident, neighbourhood, spending):
        answer = resident.sends(f"{spending}/say", said="wrong", body=neighbourhood.group)
        assert (answer.status_code, answer.text.count("Enter what is wrong with it")) == (422, 2)
        answer = resident.sends(f"{spending}/say", said="wrong", body=neighbourhood.group, reasons="It is still dark")
        assert answer.status_code == 303
        assert "disputed a record: It is still dark" in resident.reads(spending)

    def test_nothing_chosen_is_asked_for_again(self, resident, spending):
        answer = resident.sends(f"{spending}/say")
        for words in ("Choose whether it is right or wrong", "Choose who says so"):
            assert answer.text.count(words) == 2

    def test_who_has_no_seat_is_offered_nothing_to_say(self, visitors, people, steward, spending):
        elsewhere = steward.records("/v1/parties", name="Elsewhere Council", kind="unitary")["created"]["party"][0]
        outsider = visitors(people(Scope.RECORD, elsewhere))
        assert f'href="{spending}/say"' not in outsider.reads(spending)
        assert outsider.gets(f"{spending}/say").status_code == 403
