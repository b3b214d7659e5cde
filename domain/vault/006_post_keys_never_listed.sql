-- Whoever serves is handed keys by vault.find_keys alone. Earlier releases read the tables themselves: not before they are gone.

REVOKE SELECT ON vault.key, vault.tombstone, vault.replayed, vault.wrapping FROM folkmoot_writer;
