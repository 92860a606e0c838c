#!/usr/bin/env bats
# Advice on failures that only a person can mend: what the rules say of texts that the tools print.

setup() {
	load helper
	heal_setup
	need python3
}

# advised TEXT: the cause and the class that heal-analyze finds for a log
advised() {
	printf '%s\n' "$1" | heal-detect | heal-analyze --no-store |
		jq -r '[.analysis.root_causes[0].cause, .analysis.type, ([.solutions[] | select(.applicability == "advice")] | length > 0)] | map(tostring) | join("; ")'
}

@test "values that a Python program did not expect" {
	while IFS='|' read -r code want; do
		printf '%b\n' "$code" >a.py
		run -0 advised "$(python3 a.py 2>&1)"
		assert_output "$want; logic_error; true"
	done <<-'EOF'
		x = {}\nx["b"]|The mapping has no key 'b'.
		x = [1]\nx[1]|There is no element at that index.
		x = None\nx[0]|A value is None where an object was meant.
		x = None\nx.strip()|A value is None where an object was meant.
		int("x")|The text 'x' is no number.
		1 + "a"|The types int and str have no such operation.
		"a" + 1|The types str and int have no such operation.
		1 < "a"|The types int and str have no such operation.
		a, b = [1]|There are not enough values for the 2 names.
		1 / 0|The divisor is zero.
		class A: pass\nA().paint()|A has no paint.
	EOF
}

@test "a misspelt attribute of an object is repaired, not advised on" {
	printf 'x = "a"\nprint(x.strp())\n' >a.py
	run -0 advised "$(python3 a.py 2>&1)"
	refute_output --partial 'is None'
}

@test "databases, clouds and frameworks" {
	while IFS='|' read -r text want; do
		run -0 advised "$(printf '%b' "$text")"
		assert_output "$want; true"
	done <<-'EOF'
		ERROR 1146 (42S02) at line 1: Table 'shop.orders' doesn't exist|The database that was asked has no table shop.orders.; database_error
		psql:a.sql:1: ERROR:  relation "orders" does not exist|The database that was asked has no table orders.; database_error
		psql:a.sql:1: ERROR:  syntax error at or near "selec"|The statement cannot be parsed at "selec".; syntax_error
		ERROR 2003 (HY000): Can't connect to MySQL server on '127.0.0.1:3306' (111)|A database server did not answer.; database_error
		2026-01-01 10:00:00.000 UTC [123] LOG:  duration: 5012.123 ms  statement: SELECT 1|A statement took 5012 ms.; performance_issue
		Forbidden (CSRF token missing.): /login/|Django refused a request to /login/ that did not show that it comes from the site's own pages.; security_vulnerability
		ModuleNotFoundError: No module named 'requests'|The module requests is not installed here.; dependency_issue
		TypeError: Failed to fetch|A request got no answer.; api_error
		Module not found: Error: Can't resolve './cart' in '/srv/src'|The bundler found no module ./cart.; dependency_issue
		PermissionError: Tool requires approval|A rule wants somebody's approval first.; configuration_error
	EOF
	run -0 advised "$(printf '%s\n' '╷' '│ Error: creating EC2 Instance: InvalidAMIID.NotFound: The image id ami-1 does not exist' '│ ' \
		'│   with aws_instance.a,' '│   on main.tf line 1, in resource "aws_instance" "a":' '│    1: resource "aws_instance" "a" {' '╵')"
	assert_output 'The cloud does not have what this refers to.; configuration_error; true'
}

@test "advice does not keep a language model from being asked" {
	printf 'x = {}\nx["b"]\n' >a.py
	python3 a.py 2>&1 | heal-detect | heal-analyze --no-store >in || :
	HEAL_LLM_PROVIDER=compatible HEAL_LLM_URL=http://127.0.0.1:9 HEAL_LLM_MODEL=x run -0 heal-llm --no-store --show-prompt in
	assert_output --partial KeyError
}
