-- Whoever does the work in the background removes what ended long ago; the service itself may not.

GRANT USAGE ON SCHEMA api TO folkmoot_worker;
GRANT SELECT, DELETE ON api.answer_sitting, api.job, api.mail, api.session, api.sign_in_link, api.webhook_delivery
    TO folkmoot_worker;
