"""A meeting in the making: filled in with presses, kept as a draft, checked, and forgotten with who it names."""

from tests.support.page_visitor import address_on


def test_as_last_time_ticks_who_came_and_says_when(officer, form, least, new, neighbourhood):
    officer.sends(form, **least, do="save")
    again = address_on(officer.gets(new))
    assert "checked" not in officer.reads(again).partition("Who was there?")[2]
    markup = officer.reads(address_on(officer.sends(again, kind="meeting", public="7", do="last")))
    attendance = markup.partition("Who was there?")[2]
    assert attendance.count("checked") == 2
    assert "Ticked: the 2 who came on" in markup
    assert 'value="7"' in markup
    assert address_on(officer.sends(again, kind="meeting", do="last")).endswith("#came")
    assert neighbourhood


def test_ticks_are_taken_out_with_one_press(officer, form, least):
    markup = officer.reads(address_on(officer.sends(form, **least, do="untick")))
    assert "checked" not in markup.partition("Who was there?")[2]


def test_another_promise_is_added_without_scripts_and_taken_out_again(officer, form, least, promise, recorded):
    more = address_on(officer.sends(form, **least, **promise, do="add-promised"))
    assert more.endswith("#promised-2-by")
    markup = officer.reads(more.partition("#")[0])
    assert "The swings will be mended" in markup
    assert 'name="promised-2-text"' in markup
    second = {name.replace("-1-", "-2-"): text for name, text in promise.items()}
    fields = {**least, **promise, **second, "promised-2-text": "And the slide", "promised-blocks": ["1", "2"]}
    fewer = address_on(officer.sends(form, **fields, do="remove-promised-1"))
    markup = officer.reads(fewer.partition("#")[0])
    assert "And the slide" in markup
    assert "The swings will be mended" not in markup
    assert recorded() == []


def test_answers_are_checked_before_they_are_recorded(officer, form, least, promise, recorded, neighbourhood):
    check = address_on(officer.sends(form, **least, **promise, do="check"))
    markup = officer.reads(check)
    assert recorded() == []
    assert "Ambleford Council promised Residents at large, no date was given: The swings will be mended" in markup
    assert markup.count("Not provided") == 6
    assert 'Change<span class="govuk-visually-hidden"> date of the meeting</span>' in markup
    address = address_on(officer.sends(check, do="record"))
    assert recorded() == ["interaction-recorded", "commitment-made"]
    assert address.startswith(f"/partnerships/{neighbourhood.partnership}/meetings/")


def test_checked_answers_are_recorded_once_however_often_the_button_is_pressed(officer, form, least, recorded):
    check = address_on(officer.sends(form, **least, do="check"))
    fields = {**officer.hidden(check), "do": "record"}
    first, second = (officer.client.post(check, data=fields, headers={"Origin": officer.origin}) for _ in range(2))
    assert address_on(first)
    assert "This meeting is already recorded." in second.text
    assert recorded() == ["interaction-recorded"]


def test_answers_that_changed_since_they_were_checked_are_checked_again(officer, form, least, recorded):
    check = address_on(officer.sends(form, **least, do="check"))
    fields = {**officer.hidden(check), "do": "record"}
    officer.sends(form, **{**least, "kind": "call"}, do="check")
    answer = officer.client.post(check, data=fields, headers={"Origin": officer.origin})
    assert "These answers changed since you saw them" in answer.text
    assert recorded() == []


def test_a_phone_number_is_pointed_at_and_does_not_stand_in_the_way(officer, form, least, promise, recorded):
    ring = {**promise, "promised-1-text": "Mend the lamps. Ring 01632 960 001"}
    check = address_on(officer.sends(form, **least, **ring, do="save"))
    assert "/meetings/check?" in check
    assert "<b>This looks like a phone number.</b> Leave it out unless it is needed." in officer.reads(check)
    assert "<b>This looks like a phone number.</b>" in officer.reads(form)
    address_on(officer.sends(check, do="record"))
    assert recorded() == ["interaction-recorded", "commitment-made"]


def test_a_draft_is_kept_for_its_owner_from_the_first_press_until_it_is_recorded(
    officer, form, least, promise, visitors, neighbourhood
):
    address_on(officer.sends(form, **least, **promise, do="keep"))
    assert "The swings will be mended" in officer.reads(form)
    assert "A draft is kept" in officer.reads(form)
    other = visitors(neighbourhood.resident)
    assert "The swings will be mended" not in other.reads(form)
    assert other.sends(form, **least, do="keep").status_code == 404
    check = form.replace("/new?", "/check?")
    assert other.gets(check).status_code == 404
    officer.sends(form, **least, do="save")
    assert officer.gets(check).status_code == 200
    assert "This meeting is already recorded." in officer.reads(check)


def test_a_form_that_was_recorded_from_another_tab_becomes_no_draft_again(officer, form, least, recorded):
    fields = officer.hidden(form)
    origin = {"Origin": officer.origin}
    assert officer.client.post(form, data={**fields, **least, "do": "save"}, headers=origin).status_code == 303
    answer = officer.client.post(form, data={**fields, **least, "do": "keep"}, headers=origin)
    assert "This meeting is already recorded" in answer.text
    assert fields["key"] not in officer.reads("/my-page")
    assert recorded() == ["interaction-recorded"]


def test_a_draft_can_be_thrown_away(officer, form, least, promise):
    address_on(officer.sends(form, **least, **promise, do="keep"))
    address_on(officer.sends(form, do="discard"))
    assert "The swings will be mended" not in officer.reads(form)


def test_somebody_forgotten_takes_the_draft_that_may_name_them_along(
    officer, form, least, promise, steward, neighbourhood
):
    person = steward.records("/v1/people", name="Ann Example")["created"]["person"][0]
    steward.records(
        f"{neighbourhood.path}/members", party=neighbourhood.group, person=person, role="chair", voting=True
    )
    address_on(officer.sends(form, **least, **promise, do="keep"))
    assert "The swings will be mended" in officer.reads(form)
    steward.records("/v1/erasures", person=person)
    assert "The swings will be mended" not in officer.reads(form)
    address_on(officer.sends(form, **least, **promise, do="keep"))
    assert "The swings will be mended" in officer.reads(form)


def test_a_form_of_one_board_is_none_of_another(officer, boards, neighbourhood, least, promise):
    here, there = neighbourhood.partnership, next(board for board in boards if board != neighbourhood.partnership)
    form = address_on(officer.gets(f"/partnerships/{here}/meetings/new"))
    check = address_on(officer.sends(form, **least, **{**promise, "promised-1-text": "Mend the slide"}, do="check"))
    assert "Mend the slide" not in officer.reads(form.replace(here, there))
    assert officer.gets(check.replace(here, there)).status_code == 404
    officer.sends(check, do="record")
    assert "already recorded" not in officer.reads(form.replace(here, there))
    assert "already recorded" in officer.reads(form)


def test_a_draft_is_listed_on_my_page_with_the_way_on(officer, form, least):
    assert form not in officer.reads("/my-page")
    assert address_on(officer.sends(form, **least, do="keep")) == "/my-page"
    assert form in officer.reads("/my-page")


def test_a_visitor_who_came_last_time_is_ticked_in_plain_sight(officer, form, least, new):
    newcomer = {"visitor-1-name": "Canal Anglers", "visitor-1-kind": "charity"}
    officer.sends(form, **least, **newcomer, do="save")
    again = address_on(officer.gets(new))
    markup = officer.reads(address_on(officer.sends(again, kind="meeting", do="last")).partition("#")[0])
    opened = markup.partition("part-visitor")[0].rpartition("<details")[2]
    assert opened.startswith(' class="add" open>')
    assert markup.partition("Visitors who were here before")[2].partition("</fieldset>")[0].count("checked") == 1
