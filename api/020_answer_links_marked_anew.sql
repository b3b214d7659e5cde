-- Links by which somebody answers once bear a mark too: whoever rewraps keys marks them anew.

GRANT SELECT, UPDATE (mark) ON api.answer_link TO folkmoot_vault;
