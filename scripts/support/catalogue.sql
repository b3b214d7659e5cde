-- What the database holds of our schema: one row an object, its name and how it is.
WITH house AS (
    SELECT oid, nspname, nspacl, nspowner FROM pg_namespace WHERE nspname IN ('log', 'vault', 'projection', 'api', 'work')
), owner AS (
    SELECT nspowner AS id FROM house WHERE nspname = 'log'
), relation AS (
    SELECT c.*, h.nspname || '.' || c.relname AS name FROM pg_class c JOIN house h ON h.oid = c.relnamespace
    WHERE NOT (h.nspname = 'projection' AND (c.relkind = 'v' OR c.relname ~ '_v[0-9]+_b[0-9]+(_.*)?$'))
      AND c.relkind <> 't'
), role AS (
    SELECT oid, rolname FROM pg_roles
    WHERE rolname IN ('folkmoot_writer', 'folkmoot_reader', 'folkmoot_projector', 'folkmoot_vault', 'folkmoot_worker')
), granted AS (
    SELECT 'schema ' || nspname AS name, nspowner AS owner, nspacl AS acl, true AS is_open FROM house
    UNION ALL SELECT 'table ' || name, relowner, relacl, name LIKE 'log.%' OR name LIKE 'projection.%'
        FROM relation WHERE relkind IN ('r', 'v', 'S')
    UNION ALL SELECT 'column ' || r.name || '.' || a.attname, r.relowner, a.attacl, false
        FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid WHERE a.attacl IS NOT NULL
    UNION ALL SELECT format('function %s.%s(%s)', h.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
        p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)), false
        FROM pg_proc p JOIN house h ON h.oid = p.pronamespace
)
SELECT 'schema ' || nspname, CASE nspowner WHEN (SELECT id FROM owner) THEN 'ours' ELSE nspowner::regrole::text END
FROM house
UNION ALL
SELECT format('function %s.%s(%s)', h.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
       concat_ws(' ', l.lanname, p.prorettype::regtype, p.prokind, p.provolatile, p.proparallel, p.proisstrict, p.proretset,
                 CASE WHEN p.prosecdef THEN 'definer' END, array_to_string(p.proconfig, ';'),
                 CASE p.proowner WHEN (SELECT id FROM owner) THEN 'ours' ELSE p.proowner::regrole::text END,
                 left(encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), 32),
                 CASE WHEN p.prosqlbody IS NOT NULL THEN 'parsed' END)
FROM pg_proc p JOIN house h ON h.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
UNION ALL
SELECT 'relation ' || name,
       concat_ws(' ', relkind, relpersistence, CASE WHEN relrowsecurity OR relforcerowsecurity THEN 'row security' END,
                 CASE WHEN relhassubclass OR relispartition THEN 'inherits' END, array_to_string(reloptions, ';'),
                 CASE relowner WHEN (SELECT id FROM owner) THEN 'ours' ELSE relowner::regrole::text END)
FROM relation
UNION ALL
SELECT format('column %s.%s', r.name, a.attname),
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
                 nullif(a.attidentity, ''), nullif(a.attgenerated, ''), pg_get_expr(d.adbin, d.adrelid),
                 CASE a.attstattarget WHEN 0 THEN 'no statistics' END,
                 CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END)
FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
WHERE r.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT format('constraint %s on %s', k.conname, r.name), pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' not valid' END
FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid WHERE k.contype IN ('p', 'u', 'f', 'c', 'x')
UNION ALL
SELECT 'index ' || r.name, pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid AND i.indisready THEN '' ELSE ' broken' END
FROM pg_index i JOIN relation r ON r.oid = i.indexrelid
UNION ALL
SELECT format('trigger %s on %s', t.tgname, r.name),
       concat_ws(' ', t.tgfoid::regproc, t.tgtype, CASE t.tgenabled WHEN 'A' THEN 'always' WHEN 'O' THEN 'on' ELSE 'off' END,
                 CASE WHEN t.tgdeferrable THEN 'deferrable' END, CASE WHEN t.tginitdeferred THEN 'deferred' END,
                 CASE WHEN t.tgqual IS NOT NULL THEN 'when' END)
FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT format('foreign key''s trigger %s on %s', t.tgfoid::regproc, r.name), 'off'
FROM pg_trigger t JOIN relation r ON r.oid = t.tgrelid WHERE t.tgisinternal AND t.tgenabled <> 'O'
UNION ALL
SELECT format('rule %s on %s', w.rulename, r.name), 'there' FROM pg_rewrite w JOIN relation r ON r.oid = w.ev_class WHERE r.relkind = 'r'
UNION ALL
SELECT format('policy %s on %s', p.polname, r.name), 'there' FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
UNION ALL
SELECT format('right of %s to %s on %s', coalesce(nullif(x.grantee, 0)::regrole::text, 'everybody'), lower(x.privilege_type), g.name),
       CASE WHEN x.is_grantable THEN 'may pass on' ELSE 'there' END
FROM granted g CROSS JOIN LATERAL aclexplode(g.acl) AS x
WHERE x.grantee <> g.owner AND x.grantee <> (SELECT id FROM owner)
  AND (NOT g.is_open OR x.privilege_type NOT IN ('SELECT', 'USAGE') OR x.grantee IN (SELECT oid FROM role))
UNION ALL
SELECT 'role ' || r.rolname,
       concat_ws(' ', 'there', CASE WHEN r.rolsuper THEN 'superuser' END, CASE WHEN r.rolbypassrls THEN 'bypasses row security' END,
                 CASE WHEN r.rolcreaterole THEN 'makes roles' END, CASE WHEN r.rolcreatedb THEN 'makes databases' END,
                 CASE WHEN r.rolreplication THEN 'replicates' END)
FROM pg_roles r WHERE r.oid IN (SELECT oid FROM role)
UNION ALL
SELECT format('membership of %s in %s', m.member::regrole, m.roleid::regrole), 'there'
FROM pg_auth_members m WHERE m.member IN (SELECT oid FROM role) GROUP BY m.member, m.roleid
UNION ALL
SELECT 'setting session_replication_role', 'there' FROM pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) AS one (setting)
WHERE one.setting LIKE 'session_replication_role=%' AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
GROUP BY 1
