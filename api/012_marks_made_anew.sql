-- Whoever rewraps keys also marks anew, under the new wrapping key, what the API's marks are on.

GRANT USAGE ON SCHEMA api TO folkmoot_vault;
GRANT SELECT ON api.key, api.account, api.grant_entry, api.sign_on_subject, api.account_act TO folkmoot_vault;
GRANT UPDATE (mark) ON api.key, api.account, api.grant_entry, api.sign_on_subject, api.account_act TO folkmoot_vault;
