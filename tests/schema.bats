#!/usr/bin/env bats
# The record's JSON Schema: made from the table that the reader uses, and of the same opinion.

setup() {
	load helper
	heal_setup
	schema=$HEAL_BUILD/share/schema/record.schema.json
}

# Both judges on one record: the schema, and heal's own reader.
judge() {
	local valid=0 read=0
	printf '%s\n' "$1" >record
	heal_schema_check record >why && valid=1
	heal-log --store "$BATS_TEST_TMPDIR/db" <record >out 2>>why && read=1
	echo "$valid$read"
}

good() {
	local record
	for record; do
		[[ $(judge "$record") == 11 ]] || fail "not accepted by both: $record: $(cat why)"
	done
}

bad() {
	local record
	for record; do
		[[ $(judge "$record") == 00 ]] || fail "not refused by both ($(judge "$record")): $record"
	done
}

head='"heal":1,"kind":"incident","id":"x"'
error='"error":{"rule":"r","level":"error","message":"m"'
event='{"heal":1,"kind":"event","id":"x"'

@test "the schema is valid JSON Schema 2020-12" {
	run -0 /usr/bin/python3 - "$schema" <<-'END'
	import json, sys
	import jsonschema

	schema = json.load(open(sys.argv[1]))
	assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
	jsonschema.Draft202012Validator.check_schema(schema)
	END
}

@test "the schema states each member of the page" {
	run -0 bash -c 'sed -n "s/^\.It Va //p" "$1" | sort' - "$HEAL_BUILD/man/heal-record.5"
	local table=$output
	((${#lines[@]} > 150))
	run -0 jq -r 'def walk_members($at): (.properties // {}) | to_entries[] | ($at + .key) as $name
		| $name, (.value | if .items.properties then (.items | walk_members($name + "[].")) else walk_members($name + ".") end);
		walk_members("")' "$schema"
	assert_equal "$(sort <<<"$output")" "$table"
}

@test "schema and reader accept the same records" {
	good "{$head,$error}}" \
		"{$head,$error,\"own\":{\"x\":[1,null]},\"fields\":{\"any\":{}}},\"more\":1.5}" \
		"$event,\"analysis\":{\"caused_by\":null}}" \
		"$event,\"analysis\":{\"confidence\":1,\"severity\":10}}" \
		"$event,\"solutions\":[{\"id\":\"s\",\"steps\":[{\"do\":\"run\",\"argv\":[\"a\",\"\"]}]}]}" \
		"$event,\"time\":\"2026-11-20T12:00:00.123Z\"}"
}

@test "schema and reader refuse the same records" {
	bad '[]' '{}' "{$head}" "{$head,$error,\"line\":0}}" "{$head,$error,\"line\":1.5}}" "{$head,$error,\"line\":\"1\"}}" \
		"{$head,$error,\"file\":null}}" "{$head,$error,\"frames\":[{\"line\":\"1\"}]}}" "{$head,$error,\"frames\":{}}}" \
		'{"heal":2,"kind":"event","id":"x"}' '{"heal":1,"kind":"accident","id":"x"}' '{"heal":1,"kind":"event"}' \
		"$event,\"analysis\":{\"confidence\":1.1}}" "$event,\"analysis\":{\"severity\":0}}" "$event,\"analysis\":[]}" \
		"$event,\"solutions\":[{\"id\":\"s\",\"steps\":[{\"file\":\"f\"}]}]}" "$event,\"solutions\":[{}]}" \
		"$event,\"solutions\":[{\"id\":\"1\"},{\"id\":\"2\"},{\"id\":\"3\"},{\"id\":\"4\"},{\"id\":\"5\"},{\"id\":\"6\"}]}" \
		"$event,\"time\":\"noon\"}" "$event,\"session\":{\"command\":[1]}}" 'not JSON' "$event} {}"
}

@test "heal-record(5) lists each member" {
	run -0 bash -c 'sed -n "s/^FIELD([A-Z0-9_]*, \"\([^\"]*\)\".*/.It Va \1/p" "$1" | grep -vxFf "$2" || :' - \
		"$HEAL_SOURCE/lib/record/record.def" "$HEAL_BUILD/man/heal-record.5"
	assert_output ''
}
