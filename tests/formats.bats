#!/usr/bin/env bats
# The formats that editors and CI systems read: what they hold, and that no word of a log escapes from them

setup() {
	load helper
	heal_setup
	formats=(human ndjson gnu github gitlab sarif rdjsonl junit)
	printf 'Makefile:2: *** missing separator.  Stop.\n' >log
}

# gcc_like: two files, with and without column, a note, an edit, a stack
a_project() {
	mkdir -p src
	printf 'int main(void)\n{\n\tconst char *s = "\303\244\303\266"; return sqr(2);\n}\n' >src/a.c
	cat >build.log <<-'END'
	src/a.c: In function 'main':
	src/a.c:3:38: error: 'x' undeclared (first use in this function)
	src/a.c:3:38: note: each undeclared identifier is reported only once
	src/a.c:1: warning: something mild [-Wmild]
	make: *** [Makefile:3: all] Error 2
	END
}

# evil: a record whose every text attacks
evil() {
	local attack
	attack=$(printf '::set-output name=a::b\n::stop-commands::x\n ::save-state name=q::y\r##vso[task.setvariable variable=a]b ##[command]c ##teamcity[x]|')
	attack+=$(printf ' \033]0;t\007\302\233 \342\200\256 ]]> </failure><script>a</script> "}],"x":[{" `c` ``` **b** [l](http://x) @me <img> &amp; &#35; \357\277\276')
	jq -nc --arg t "$attack" --arg id 01930000-0000-7000-8000-000000000000 '{heal: 1, kind: "incident", id: $id,
		fingerprint: "0123456789abcdef0123456789abcdef",
		source: {name: $t, line: 1},
		error: {tool: $t, environment: $t, rule: $t, level: "error", code: $t, message: $t, file: $t, line: 1, column: 2, function: $t,
			frames: [{file: $t, line: 1, function: $t}], related: [{file: $t, line: 1, message: $t}],
			fixits: [{file: $t, line: 1, column: 1, end_line: 1, end_column: 1, text: $t}], raw: $t},
		analysis: {root_causes: [{cause: $t, confidence: 0.5}]},
		solutions: [{id: $t, applicability: "machine", description: $t, steps: [{do: "edit", file: $t,
			edits: [{line: 1, column: 1, end_line: 1, end_column: 1, text: $t}]}]}],
		fix: {status: "planned", diff: ("--- a\n+++ b\n " + $t), reason: $t}}'
}


@test "every format is tested here, and stands in the pages" {
	run -0 bash -c "heal-detect --list-options | sed -n 's/.*--format\t\([^\t]*\).*/\1/p' | tr '|' '\n' | sort"
	assert_output "$(printf '%s\n' "${formats[@]}" | sort)"
	for page in heal-detect heal-analyze heal-validate; do
		synopsis=$(grep '^\.Op Fl f Ar' "$HEAL_SOURCE/man/$page.1")
		for format in "${formats[@]}"; do
			[[ $synopsis =~ "Ar $format"( |$) ]] || fail "$page.1: $format"
		done
	done
}

@test "every format closes its document where nothing was found" {
	need xmllint
	for format in "${formats[@]}"; do
		heal-detect --format "$format" /dev/null >out
		case $format in
		gitlab) [[ $(jq length out) == 0 ]] ;;
		sarif) [[ $(jq '.runs[0].results | length' out) == 0 ]] ;;
		junit) [[ $(xmllint --xpath 'string(//testsuite/@tests)' out) == 0 ]] ;;
		*) [[ ! -s out ]] ;;
		esac || fail "$format: $(cat out)"
	done
}

@test "no format lets through a CI system's command, a control byte or a turned direction" {
	evil >evil.ndjson
	for format in "${formats[@]}"; do
		heal-validate --format "$format" evil.ndjson >out
		[[ -s out ]] || fail "$format says nothing"
		[[ $format == ndjson ]] && continue # what came as a record goes on as it came
		if LC_ALL=C grep -nP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' out; then fail "$format: a control byte"; fi
		if grep -nE '##[a-z]*\[' out; then fail "$format: a command in a line"; fi
		if grep -nE '^[[:space:]]*::' out | grep -v '^1:::error file='; then fail "$format: a command of GitHub"; fi
	done
}

@test "a record made of a log holds no CI system's command either" {
	printf 'Makefile:2: *** ##vso[task.setvariable variable=a]b ##[x]y ##teamcity[z].  Stop.\n' >evil
	run -0 heal-detect evil
	refute_output --regexp '##[a-z]*\['
	[[ $(field .error.rule <<<"$output") == make.syntax ]]
	[[ $(field .error.message <<<"$output") == '##vso[task.setvariable variable=a]b ##[x]y ##teamcity[z]' ]]
}

@test "formats of one line an incident keep to it" {
	evil >evil.ndjson
	for format in gnu github rdjsonl; do
		run -0 heal-validate --format "$format" evil.ndjson
		assert_equal "$format: ${#lines[@]}" "$format: 1"
	done
}

@test "the JSON formats give a log's words back as they were" {
	evil >evil.ndjson
	want=$(jq .error.message evil.ndjson)
	heal-validate --format gitlab evil.ndjson >out
	[[ $(jq --argjson want "$want" '.[0].description | startswith($want)' out) == true ]]
	heal-validate --format sarif evil.ndjson >out
	[[ $(jq --argjson want "$want" '.runs[0].results[0].message.text | startswith($want)' out) == true ]]
	heal-validate --format rdjsonl evil.ndjson >out
	[[ $(jq --argjson want "$want" '.message | startswith($want)' out) == true ]]
	[[ $(jq '.original_output' out) == "$want" ]]
}

@test "junit is XML whatever the log held" {
	need xmllint
	evil >evil.ndjson
	heal-validate --format junit evil.ndjson >out
	xmllint --noout out
	assert_equal "$(xmllint --xpath 'count(//*)' out)" 4
	run -0 xmllint --xpath 'string(//failure)' out
	assert_output --partial ']]> </failure><script>a</script>'
	assert_output --partial '&amp; &#35;'
}

@test "in the step's summary a log's words are code and nothing else" {
	evil >one
	for _ in {1..14}; do cat one; done >evil.ndjson
	GITHUB_STEP_SUMMARY=$PWD/summary.md heal-validate --format github evil.ndjson >out
	assert_equal "$(grep -c '^::error' out)" 10
	assert_equal "$(grep -c '^- ' summary.md)" 4
	# what stands outside the spans
	run -0 python3 -c 'import re, sys
for line in open("summary.md"):
    print(re.sub(r"(?<!`)(`+)(?!`) .*? (?<!`)\1(?!`)", "C", line), end="")'
	assert_equal "$(grep -v '^- \*\*error\*\* C C C$' <<<"$output" | grep .)" '#### Found by heal, beyond the annotations'
	if LC_ALL=C grep -nP '[\x00-\x08\x0b-\x1f\x7f]' summary.md; then fail 'a control byte'; fi
}

@test "github annotates ten of a kind and sums up the others" {
	for i in {1..12}; do printf 'src/a.c:%d: error: bad %d\nsrc/a.c:%d: warning: poor %d\n' $i $i $i $i; done >many
	heal-detect --format github many >all
	assert_equal "$(wc -l <all)" 24
	GITHUB_STEP_SUMMARY=$PWD/summary.md heal-detect --format github many >out
	assert_equal "$(grep -c '^::error' out)" 10
	assert_equal "$(grep -c '^::warning' out)" 10
	assert_equal "$(tail -n 1 out)" '4 further incidents are in the summary of this step'
	grep -qF -- '- **warning** ` src/a.c:12 ` ` poor 12 `' summary.md
	# it is added to what is there, and one that cannot be written costs no annotation
	GITHUB_STEP_SUMMARY=$PWD/summary.md heal-detect --format github many >/dev/null
	assert_equal "$(grep -c '^- ' summary.md)" 8
	GITHUB_STEP_SUMMARY=/nowhere/x heal-detect --format github many >out
	cmp all out
	GITHUB_STEP_SUMMARY=. heal-detect --format github many >out
	cmp all out
}

@test "a step's summary stays below what GitHub takes" {
	head -c 1048000 /dev/zero | tr '\0' x >summary.md
	for i in {1..200}; do echo "src/a.c:$i: error: bad $i"; done >many
	GITHUB_STEP_SUMMARY=$PWD/summary.md heal-detect --format github many >out
	(($(stat -c %s summary.md) <= 1 << 20))
	tail -n 1 summary.md | grep -qE '^and [0-9]+ more$'
	assert_equal "$(tail -n 1 out)" '190 further incidents are in the summary of this step'
}

@test "gnu is what an editor's quickfix reads" {
	a_project
	run -0 heal-detect --format gnu build.log
	assert_line --index 0 "src/a.c:3:33: error: 'x' undeclared (first use in this function) [gcc.diagnostic]"
	assert_line --index 1 --regexp '^src/a.c:1: warning: something mild'
	assert_line --index 2 --partial 'Makefile:3: error: '
	assert_equal "${#lines[@]}" 3
}

@test "gnu without a file names the log's line, or the tool" {
	echo 'make: *** No rule to make target '"'x'"'.  Stop.' >nofile
	run -0 heal-detect --format gnu nofile
	assert_output --regexp '^nofile:1: (fatal|error): '
	run -0 bash -c 'heal-detect --format gnu <nofile'
	assert_output --regexp '^make: (fatal|error): '
}

@test "vim reads gnu" {
	need vim
	a_project
	heal-detect --format gnu build.log >errors
	vim -u NONE -es -c 'cgetfile errors' -c 'call writefile(map(getqflist(), {_, v -> v.lnum . " " . v.col . " " . bufname(v.bufnr)}), "list")' -c q || :
	assert_equal "$(head -n 1 list)" '3 33 src/a.c'
}

@test "gitlab is a Code Quality report" {
	a_project
	cat build.log build.log >twice
	heal-detect --format gitlab twice >out
	run -0 jq -c '.[0] | [.check_name, .severity, .location.path, .location.lines.begin]' out
	assert_output '["gcc.diagnostic","critical","src/a.c",3]'
	[[ $(jq 'map(.severity) | unique - ["info","minor","major","critical","blocker"] | length' out) == 0 ]]
	# no fingerprint twice, and each the same next time
	[[ $(jq 'length == (map(.fingerprint) | unique | length) and length == 4' out) == true ]]
	heal-detect --format gitlab twice | cmp - out
}

@test "sarif is what its schema allows" {
	a_project
	cat >>build.log <<-'END'
	Traceback (most recent call last):
	  File "src/b.py", line 3, in <module>
	    main()
	  File "src/b.py", line 2, in main
	    import nosuch
	ModuleNotFoundError: No module named 'nosuch'
	END
	evil >evil.ndjson
	heal-detect build.log | heal-analyze | cat - evil.ndjson | heal-validate --format sarif >out
	run -0 /usr/bin/python3 - "$HEAL_SOURCE/tests/sarif.schema.json" out <<-'END'
	import json, sys
	import jsonschema
	check = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
	for e in check.iter_errors(json.load(open(sys.argv[2]))):
	    print(".".join(map(str, e.path)), e.message[:300])
	END
	assert_output ''
	[[ $(jq '.runs[0] | . as $run | all(.results[]; .ruleId == $run.tool.driver.rules[.ruleIndex].id)' out) == true ]]
	[[ $(jq '.runs[0].results | map(select(.stacks)) | .[0].stacks[0].frames | length' out) == 2 ]]
}

@test "sarif counts columns in code points, and leaves out what it cannot count" {
	a_project
	# gcc's column 38 is byte 33: the tab, which gcc counts as eight, and 30 characters, two of which take two bytes
	heal-detect --format sarif build.log >out
	assert_equal "$(jq -c '.runs[0].results[0].locations[0].physicalLocation.region' out)" '{"startLine":3,"startColumn":31}'
	rm src/a.c
	heal-detect --format sarif build.log >out
	assert_equal "$(jq -c '.runs[0].results[0].locations[0].physicalLocation.region' out)" '{"startLine":3}'
	printf 'x.go:3:33: undefined: x\n' | heal-detect --format sarif >out
	assert_equal "$(jq -c '.runs[0].results[0].locations[0].physicalLocation.region' out)" '{"startLine":3,"startColumn":33}'
	printf 'src/a.c:3:33: error: \303\244\n' | heal-detect --format sarif >out
	assert_equal "$(jq -c '.runs[0].results[0].locations[0].physicalLocation.region' out)" '{"startLine":3}'
}

@test "sarif and rdjsonl say the edits that the tool and heal propose" {
	mkdir src
	printf 'int main(void)\n{\n\treturn 0\n}\n' >src/b.c
	cat >fix.log <<-'END'
	src/b.c: In function 'main':
	src/b.c:3:17: error: expected ';' before '}' token
	    3 |         return 0
	      |                 ^
	      |                 ;
	    4 | }
	      | ~                
	fix-it:"src/b.c":{3:10-3:10}:";"
	END
	heal-detect fix.log >record
	heal-analyze --format sarif record >out
	assert_equal "$(jq -c '.runs[0].results[0].fixes[0].artifactChanges[0].replacements[0]' out)" \
		'{"deletedRegion":{"startLine":3,"startColumn":10,"endLine":3,"endColumn":10},"insertedContent":{"text":";"}}'
	heal-detect --format rdjsonl fix.log >out
	assert_equal "$(jq -c '.suggestions' out)" '[{"range":{"start":{"line":3,"column":10},"end":{"line":3,"column":10}},"text":";"}]'
	# gcc counts a tab as eight: the carets tell which byte is meant
	assert_equal "$(jq -c '.location.range.start' out)" '{"line":3,"column":10}'
}

@test "sarif writes paths as URIs" {
	printf 'src/a b#%%.c:3:1: error: bad\n/else/where:x.c:2:1: error: bad\n' >odd
	heal-detect odd | jq -c '.error.file = "src/a b#%.c"' >records
	heal-detect odd | jq -c '.error.file = "/else/where:x.c"' >>records
	heal-analyze --format sarif records >out
	run -0 jq -c '.runs[0].results[].locations[0].physicalLocation.artifactLocation' out
	assert_line '{"uri":"src/a%20b%23%25.c","uriBaseId":"%SRCROOT%"}'
	assert_line '{"uri":"file:///else/where%3Ax.c"}'
}

@test "junit counts errors as failures and the rest as passed" {
	need xmllint
	a_project
	heal-detect --format junit build.log >out
	assert_equal "$(xmllint --xpath 'string(//testsuite/@tests)' out)" 2
	assert_equal "$(xmllint --xpath 'string(//testsuite/@failures)' out)" 1
	assert_equal "$(xmllint --xpath 'count(//testcase/failure)' out)" 1
	assert_equal "$(xmllint --xpath 'count(//testcase/system-out)' out)" 1
	run -0 xmllint --xpath 'string(//testcase[1]/@name)' out
	assert_output "src/a.c:3:33: 'x' undeclared (first use in this function)"
}

@test "a caret meets its byte behind tabs" {
	mkdir src
	printf '\t\treturn x;\n' >src/a.c
	cat >gcc.log <<-'END'
	src/a.c:1:24: error: 'x' undeclared (first use in this function)
	    1 |                 return x;
	      |                        ^
	END
	run -0 heal-detect --format human gcc.log
	assert_line '      1 |   return x;'
	assert_line '        |          ^'
}

# FORMAT FILE: the rules that the report names
reported()
{
	heal-detect --format "$1" "${@:2}" | grep -oE '\b(gcc|make|pytest|ci|clang|ninja|rspec)\.[a-z-]+' | sort -u | paste -sd ' '
}

@test "a summary is left out of a report whose input has what it sums up" {
	printf 'make: *** [Makefile:3: all] Error 1\n' >only
	printf "a.c:3:5: error: 'x' undeclared\n" | cat - only >both
	for format in github gitlab sarif junit; do
		assert_equal "$(reported $format only)" make.failed
		assert_equal "$(reported $format both)" gcc.diagnostic
	done
	# the others have all, for the next stage and for people
	for format in ndjson gnu rdjsonl human; do
		run -0 heal-detect --format $format both
		assert_output --partial 'Error 1'
	done
}

@test "a summary is reported that stands before an error, in another input, or with none of its level" {
	printf 'make: *** [Makefile:3: all] Error 1\n' >only
	printf "a.c:3:5: error: 'x' undeclared\n" >error
	printf "a.c:3:5: warning: unused variable 'x' [-Wunused-variable]\n" | cat - only >warned
	cat only error >before
	for format in github gitlab sarif junit; do
		assert_equal "$(reported $format before)" 'gcc.diagnostic make.failed'
		assert_equal "$(reported $format error only)" 'gcc.diagnostic make.failed'
		assert_equal "$(reported $format only error)" 'gcc.diagnostic make.failed'
		assert_equal "$(reported $format warned)" 'gcc.diagnostic make.failed'
	done
}

@test "a summary is reported whose error other options leave out" {
	printf "a.c:3:5: error: 'x' undeclared\nmake: *** [Makefile:3: all] Error 1\n" >both
	heal-detect both | head -n 1 >known
	for format in github gitlab sarif junit; do
		assert_equal "$(reported $format --tool make both)" make.failed
		assert_equal "$(reported $format --baseline known both)" make.failed
		run -1 heal-detect --exit-code --tool make --format $format both
		run -1 heal-detect --exit-code --baseline known --format $format both
		run -0 heal-detect --exit-code --baseline both --format $format both
	done
}

@test "a tool's total sums up its own errors only, whatever a log says before it" {
	printf 'bash: line 1: nosuch: command not found\n' >noise
	printf '3 failed in 0.12s\n' | cat noise - >pytest
	printf 'ERROR: nothing of importance\n3 failed in 0.12s\n' >hostile
	for format in github gitlab sarif junit; do
		run -1 heal-detect --exit-code --format $format pytest
		assert_output --partial pytest.tally
		run -1 heal-detect --exit-code --format $format hostile
		assert_output --partial pytest.tally
	done
}

pytest_log()
{
	cat <<'EOF'
=================================== FAILURES ===================================
_________________________________ TestA.test_x _________________________________

    def test_x(self):
>       assert 1 == 2
E       assert 1 == 2

test_a.py:3: AssertionError
=========================== short test summary info ============================
FAILED test_a.py::TestA::test_x - assert 1 == 2
1 failed in 0.05s
EOF
}

@test "one failing test of pytest is one incident of a report" {
	pytest_log >log
	for format in github gitlab sarif junit; do
		assert_equal "$(reported $format log)" pytest.failure
	done
	assert_equal "$(heal-detect --format gitlab log | jq length)" 1
}

@test "a test that pytest only lists is reported, beside another that it shows" {
	pytest_log | sed '/^FAILED/a FAILED test_a.py::TestB::test_x - assert 3 == 4\nFAILED test_b.py::TestA::test_x' >log
	for format in github gitlab sarif junit; do
		run -1 heal-detect --exit-code --format $format log
		assert_output --partial 'assert 3 == 4'
		assert_output --partial test_b.py
		refute_output --partial pytest.tally
	done
	assert_equal "$(heal-detect --format gitlab log | jq length)" 3
	# --tb=no
	grep -E '^FAILED|failed in' log >listed
	for format in github gitlab sarif junit; do
		run -1 heal-detect --exit-code --format $format listed
		assert_output --partial 'assert 1 == 2'
		assert_output --partial 'assert 3 == 4'
		assert_output --partial pytest.tally
	done
}

@test "a list of failed tests before what they say is left out, too, within one input" {
	pytest_log >log
	{ grep ^FAILED log; grep -v ^FAILED log; } >first
	assert_equal "$(reported gitlab first)" pytest.failure
	grep ^FAILED log >list
	grep -v ^FAILED log >told
	assert_equal "$(reported gitlab list told)" 'pytest.failure pytest.summary'
	# the last input counts as well
	assert_equal "$(reported gitlab told list)" 'pytest.failure pytest.summary'
}

@test "no summary is lost where there are very many" {
	for i in {1..1500}; do echo "FAILED test_a.py::test_$i - assert $i"; done >log
	assert_equal "$(heal-detect --format gitlab log | jq length)" 1500
}

@test "a record without summary_of is a total of its tool" {
	record='{"heal":1,"kind":"incident","id":"i","fingerprint":"f","source":{"name":"l"},"error":{"tool":"%s","rule":"%s.x","level":"error","message":"%s","summary":%s}}\n'
	{ printf "$record" a a own false; printf "$record" a a total true; printf "$record" b b other true; } >in
	run -0 heal-analyze --no-store --format github in
	assert_output --partial own
	refute_output --partial total
	assert_output --partial other
}
