-- For which of several bodies somebody acts at the pages, chosen once for a session.

ALTER TABLE api.session ADD COLUMN acting_for uuid;
COMMENT ON COLUMN api.session.acting_for IS 'The body that its holder chose to act for; null for their own organisation.';
