"""Signatures and other counts of support are no attendance, and whoever only signed has not met."""


def test_a_petition_is_no_meeting_however_many_signed_it(neighbourhood, visitors):
    people = [{"party": neighbourhood.council}, {"party": neighbourhood.group}]
    path = f"{neighbourhood.path}/interactions"
    neighbourhood.officer.records(path, kind="meeting", happened="2026-03-02", participants=people)
    signed = [{"side": "residents", "count": 400}]
    neighbourhood.officer.records(
        path, kind="petition", happened="2026-04-02", participants=[{"party": neighbourhood.group}], crowds=signed
    )
    page = visitors(neighbourhood.officer).reads(f"/partnerships/{neighbourhood.partnership}")
    assert "last met 2 March 2026" in page


def test_a_petition_ends_no_pause_and_a_meeting_does(neighbourhood):
    officer, path = neighbourhood.officer, neighbourhood.path
    officer.records(f"{path}/pauses", happened="2026-03-01")
    people = [{"party": neighbourhood.group}]
    officer.records(f"{path}/interactions", kind="petition", happened="2026-04-02", participants=people)
    assert officer.reads(path)["state"] == "paused"
    officer.records(f"{path}/interactions", kind="meeting", happened="2026-04-03", participants=people)
    assert officer.reads(path)["state"] == "formed"
