#!/usr/bin/env bats
# heal-analyze: causes, look-ups and steps, on packs made for it

setup() {
	load helper
	heal_setup
	mkdir -p packs src
	printf 'tool: src/a.c:2: no value for hieght\n' >log
	printf '#include <x.h>\nint y = hieght;\nint height;\n' >src/a.c
}

# analysed: the log's first record, with the packs in packs/ and the shipped tables
analysed() {
	heal-rules compile --output mine.pack "$HEAL_SOURCE/share/tables" packs
	heal-detect --packs mine.pack log | heal-analyze --packs mine.pack --root . "$@"
}

# pack: a rule for the log, and the cause (members indented by four) on standard input
pack() {
	{
		cat <<-'END'
			pack: t
			rules:
			  - id: t.error
			    match: '^tool: (?<file>[^:]+):(?<line>\d+): (?<message>no value for (?<name>\w+)|.*)$'
			causes:
			  - id: t.cause
			    rule: t.*
			    cause: "{name?} has no value"
		END
		cat
	} >packs/t.yaml
}

# solved: with this `let` (one line) and a solution that prints the value given
solved() {
	pack <<-END
		    let: [$1]
		    solutions:
		      - {id: t.s, description: "$2", steps: [{advise: now}]}
	END
	analysed | jq -r '.solutions[].description'
}

# edited STEP: what the step makes of src/a.c
edited() {
	pack <<-END
		    solutions:
		      - {id: t.s, description: d, confidence: 1, steps: [$1]}
	END
	analysed >analysed.json
	heal-fix --root . --apply --threshold 0.5 analysed.json >fixed.json || cat fixed.json >&2
	cat src/a.c
}

@test "what the machine or the network refuses is told as such, and tried again only where it may pass" {
	local told=0
	while IFS='|' read -r id transient line; do
		told=$((told + 1))
		printf '%s\n' "$line" >log
		run -0 jq -r '[.solutions[0].id, .analysis.transient] | @tsv' <<<"$(heal-detect log | heal-analyze --root .)"
		assert_equal "$output" "$id	$transient"
	done <<-'END'
		net.name.retry|true|curl: (6) Could not resolve host: nowhere.invalid
		net.no-answer.retry|true|curl: (7) Failed to connect to 127.0.0.1 port 9 after 0 ms: Connection refused
		net.no-answer.retry|true|ssh: connect to host 192.0.2.1 port 22: Connection timed out
		net.host-key.advice|false|Host key verification failed.
		net.certificate.advice|false|curl: (60) SSL certificate problem: self-signed certificate
		machine.disk-full.advice|false|cp: error writing 'b': No space left on device
		machine.read-only.advice|false|touch: cannot touch 'x': Read-only file system
		rights.denied.advice|false|cat: /etc/shadow: Permission denied
		files.missing.advice|false|cat: nowhere: No such file or directory
		machine.docker.advice|false|Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?
		locks.held.retry|true|E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (apt)
	END
	assert_equal "$told" 11
}

@test "the cause that something mends is told first; one that is only supposed, with what mends it alone" {
	cat >packs/t.yaml <<-'END'
	pack: t
	rules:
	  - {id: t.error, match: '^tool: (?<file>[^:]+):(?<line>\d+): (?<message>.*)$'}
	causes:
	  - {id: t.known, cause: it is known}
	  - {id: t.guess, supposed: true, cause: it is a guess}
	  - {id: t.advised, supposed: true, cause: it is advised, solutions: [{id: t.b, description: d, steps: [{advise: look}]}]}
	  - {id: t.unsure, cause: it is unsure, solutions: [{id: t.c, description: d, confidence: 0.6, steps: [{edit: src/a.c, delete: "2"}]}]}
	  - {id: t.sure, supposed: true, cause: it is sure, solutions: [{id: t.d, description: d, confidence: 0.9, steps: [{edit: src/a.c, delete: "3"}]}]}
	END
	analysed >out
	assert_equal "$(jq -c '[.analysis.root_causes[].cause]' out)" '["it is sure","it is unsure","it is known"]'
}

@test "what a document quotes with escapes is found as in plain text" {
	printf 'variable "region" {\n  type = string\n}\noutput "r" {\n  value = var.regoin\n}\n' >main.tf
	cat >log <<-'END'
		{"format_version": "1.0", "valid": false, "error_count": 1, "warning_count": 0, "diagnostics": [{
		"severity": "error", "summary": "Reference to undeclared input variable",
		"detail": "An input variable with the name \"regoin\" has not been declared. Did you mean \"region\"?",
		"range": {"filename": "main.tf", "start": {"line": 5, "column": 11, "byte": 61},
		"end": {"line": 5, "column": 21, "byte": 71}}}]}
	END
	run -0 bash -c 'heal-detect log | heal-analyze | jq -r ".solutions[0].id"'
	assert_output terraform.misspelt:region
}

@test "heal-analyze passes on what it does not know, in its place" {
	printf '%s\n' '{"heal":1,"kind":"event","id":"e","event":{"name":"fix_failed"},"own":[1.50]}' >in
	heal-analyze in >out
	cmp in out
}

@test "heal-analyze tells of a line that is no record, and goes on" {
	printf '%s\n' 'no record' '{"heal":1,"kind":"event","id":"e","event":{"name":"fix_failed"}}' >in
	run -2 --separate-stderr heal-analyze in nowhere
	assert_equal "${#lines[@]}" 1
	[[ $stderr == *"in:1: "* ]]
	[[ $stderr == *"cannot open 'nowhere'"* ]]
}

@test "an incident without a cause is analysed all the same" {
	echo '{"heal":1,"kind":"incident","id":"i","error":{"rule":"none.such","level":"error","message":"m"}}' >in
	run -0 heal-analyze in
	[[ $(records <<<"$output") == 1 ]]
	[[ $(field '.analysis | [.by, .classified_by, .type, .category, .severity, .confidence, .root, .root_causes] | @json' <<<"$output") == '["none","default","runtime_error","reliability",7,0.2,true,[]]' ]]
	[[ $(field '.solutions | length' <<<"$output") == 0 ]]
}

@test "a cause gives type, severity, confidence, evidence" {
	pack <<-'END'
		    type: configuration_error
		    category: reliability
		    severity: 6
		    confidence: 0.9
		    stops: build
		    transient: true
		    evidence: "{file}, line {line}: {source|trim}"
		    verify: "look at {file|base}"
	END
	analysed >out
	records <out
	run -0 field '.analysis | [.type, .category, .severity, .confidence, .by, .in_codebase, .transient, .impact.scope] | @json' <out
	assert_output '["configuration_error","reliability",6,0.9,"rule",true,true,"build"]'
	run -0 field '.analysis.root_causes[0] | [.cause, .evidence, .verification] | @json' <out
	assert_output '["hieght has no value","src/a.c, line 2: int y = hieght;","look at a.c"]'
}

@test "when and unless decide, and their captures are values" {
	pack <<<$'    when: {message: "for (?<what>.*)", file: "^src/"}\n    evidence: "{what}"'
	[[ $(analysed | field '.analysis.root_causes[0].evidence') == hieght ]]
	pack <<<$'    when: {message: "for {nothing}"}'
	[[ $(analysed | field .analysis.by) == none ]]
	pack <<<$'    unless: {source: "int {name}"}'
	[[ $(analysed | field .analysis.by) == rule ]]
	pack <<<$'    unless: {source: "= {name};"}'
	[[ $(analysed | field .analysis.by) == none ]]
}

@test "look-ups find values" {
	printf 'one two\nthree\none four\n' >words.txt
	printf 'table: colours\nrows: {red: rouge, blue: [bleu, azur]}\n' >packs/colours.yaml
	assert_equal "$(solved '{set: x, to: "{name|upper}"}' '{x}')" HIEGHT
	assert_equal "$(solved '{set: x, table: colours, key: red}' '{x}')" rouge
	assert_equal "$(solved '{set: x, table: colours, key: green}' '{x}')" ''
	assert_equal "$(solved '{set: x, table: colours, key: green, optional: true}' '[{x}]')" '[]'
	assert_equal "$(solved '{set: x, nearest: "{name}"}' '{x}')" height
	assert_equal "$(solved '{set: x, nearest: blu, table: colours}' '{x}')" blue
	assert_equal "$(solved '{set: x, nearest: blu, list: "red, blue; grey"}' '{x}')" blue
	assert_equal "$(solved '{set: x, nearest: blu, list: "red, blue; bleu"}' '{x}')" ''
	assert_equal "$(solved '{set: x, nearest: blu, list: "red, blue; bleu", most: 2}' '{x}' | head -n 1)" blue
	assert_equal "$(solved '{set: x, nearest: zzzzzz, list: "red, blue"}' '{x}')" ''
	assert_equal "$(solved '{set: x, locate: "**.txt"}' '{x}')" words.txt
	assert_equal "$(solved '{find: "^(?<x>thr.*)$", in: words.txt}' '{x} {found_file} {found_line} {found_column}')" 'three words.txt 2 1'
	assert_equal "$(solved '{find: "^one (?<x>.*)$", in: words.txt, last: true}' '{x}')" four
	assert_equal "$(solved '{find: "^one (?<x>.*)$", in: words.txt, from: "2"}' '{x}')" four
	assert_equal "$(solved '{find: "(?<x>.*)", in: words.txt, line: "2"}' '{x}')" three
	assert_equal "$(solved '{find: "o(?<x>.*)", in: words.txt, line: "3", above: "2"}' '{x}')" 'ne two'
	assert_equal "$(solved '{find: "o(?<x>.*)", in: words.txt, line: "1", above: "5"}' '{x}')" ''
	assert_equal "$(solved '{find: "o(?<x>.*)", in: words.txt, line: "1", below: "2"}' '{x}')" 'ne four'
	assert_equal "$(solved '{find: "o(?<x>.*)", in: words.txt, line: "1", below: "1"}' '{x}')" ''
	assert_equal "$(solved '{find: "{name}"}' '{found_line}')" 2
	assert_equal "$(solved '{no: "{name}"}' x)" ''
	assert_equal "$(solved '{no: "nothing"}' x)" x
}

@test "look-ups test conditions" {
	assert_equal "$(solved '{is: "{name}", matches: "^(?<x>hi)"}' '{x}')" hi
	assert_equal "$(solved '{is: "{name}", matches: "{nothing}"}' x)" ''
	assert_equal "$(solved '{is: "{name}", not: "^hi"}' x)" ''
	assert_equal "$(solved '{is: "{name}", not: "^ho"}' x)" x
	assert_equal "$(solved '{is: "{nothing}"}' x)" ''
	assert_equal "$(solved '{exists: src/a.c}, {missing: src/b.c}' x)" x
	assert_equal "$(solved '{missing: src/a.c}' x)" ''
	assert_equal "$(solved '{exists: /etc/passwd}' x)" ''
	assert_equal "$(solved '{exists: ../../../../../../../etc/passwd}' x)" ''
	assert_equal "$(solved '{program: bash}' x)" x
	assert_equal "$(solved '{program: no-such-program}' x)" ''
	assert_equal "$(solved '{program: /bin/bash}' x)" ''
}

@test "each value that a look-up finds is tried, the surest first" {
	printf 'table: colours\nrows: {red: [rouge, rosso, rojo]}\n' >packs/colours.yaml
	pack <<-'END'
		    solutions:
		      - id: t.{x}
		        description: "{x}"
		        confidence: 1
		        let: [{set: x, table: colours, key: red}]
		        steps: [{create: "{x:word}.txt", with: x}]
	END
	analysed >out
	assert_equal "$(field '[.solutions[] | .id] | @json' <out)" '["t.rouge","t.rosso","t.rojo"]'
	assert_equal "$(field '[.solutions[] | .confidence] | @json' <out)" '[1,0.64,0.64]'
	assert_equal "$(field '.solutions | length' <out)" 3
	printf 'table: colours\nrows: {red: [a, b, c, d, e, f, g, h]}\n' >packs/colours.yaml
	assert_equal "$(analysed | field '.solutions | length')" 5
}

@test "candidates say where a bracket got lost" {
	printf 'int f(void)\n{\n\tg(1;\n}\n' >src/a.c
	pack <<-'END'
		    let: [{candidates: close}]
		    solutions:
		      - {id: t.s, description: d, steps: [{edit: "{file}", insert: "{place_text}", line: "{place_line}", column: "{place_column}"}]}
	END
	run -0 bash -c 'heal-rules compile --output mine.pack "$HEAL_SOURCE/share/tables" packs && heal-detect --packs mine.pack log |
		heal-analyze --packs mine.pack --root . | jq -c ".solutions[].steps[0].edits[0] | [.line, .column, .text]"'
	assert_line '[3,5,")"]'
}

@test "edits change what they name and nothing else" {
	before=$(cat src/a.c)
	try() {
		printf '%s\n' "$before" >src/a.c
		assert_equal "$(edited "$1" | paste -sd'|')" "$2"
	}
	try '{edit: "{file}", replace: "{name}", with: height, line: "{line}"}' '#include <x.h>|int y = height;|int height;'
	try '{edit: "{file}", replace: "^int", with: "long", all: true}' '#include <x.h>|long y = hieght;|long height;'
	try '{edit: "{file}", replace: "^int", with: "long", from: "3"}' '#include <x.h>|int y = hieght;|long height;'
	try '{edit: "{file}", replace: "(?<a>\\w+) = (?<b>\\w+)", with: "{b} = {a}"}' '#include <x.h>|int hieght = y;|int height;'
	try '{edit: "{file}", replace: "^int (?<x>z)?y.*\\n", with: "{x}", line: "2", newline: true}' '#include <x.h>|int height;'
	try '{edit: "{file}", insert: "int z;", before: "2"}' '#include <x.h>|int z;|int y = hieght;|int height;'
	try '{edit: "{file}", insert: "int z;", after: "3"}' '#include <x.h>|int y = hieght;|int height;|int z;'
	try '{edit: "{file}", insert: "// top", place: begin}' '// top|#include <x.h>|int y = hieght;|int height;'
	try '{edit: "{file}", insert: "un", line: "2", column: "1"}' '#include <x.h>|unint y = hieght;|int height;'
	try '{edit: "{file}", delete: "2"}' '#include <x.h>|int height;'
	try '{edit: "{file}", delete: "y", line: "2", column: "5", with: "w"}' '#include <x.h>|int w = hieght;|int height;'
	try '{edit: "{file}", delete: "x", line: "2", column: "5"}' "${before//$'\n'/|}"
	try '{edit: "{file}", import: stdio.h}' '#include <x.h>|#include <stdio.h>|int y = hieght;|int height;'
	try '{edit: "{file}", replace: "no such text", with: x}' "${before//$'\n'/|}"
	try '{edit: "{file}", replace: "no such text", with: x, optional: true}, {edit: "{file}", delete: "1"}' 'int y = hieght;|int height;'
}

@test "edits keep line ends, the byte order mark and a missing newline" {
	printf '\xef\xbb\xbfint y = hieght;\r\nint height;' >src/a.c
	edited '{edit: "{file}", insert: "// top", place: begin}, {edit: "{file}", insert: "// end", place: end}' >/dev/null
	printf '\xef\xbb\xbf// top\r\nint y = hieght;\r\nint height;\r\n// end' | cmp - src/a.c
}

@test "an import goes behind a byte order mark" {
	printf '\xef\xbb\xbfint y;\nint z;\n' >src/a.c
	edited '{edit: "{file}", import: stdio.h}' >/dev/null
	printf '\xef\xbb\xbf#include <stdio.h>\nint y;\nint z;\n' | cmp - src/a.c
}

@test "no value from a log gets into a command without fitting its slot" {
	pack <<-'END'
		    solutions:
		      - {id: t.s, description: d, steps: [{run: [npm, install, "{message:package}"]}]}
	END
	run -0 bash -c 'heal-rules compile --output mine.pack "$HEAL_SOURCE/share/tables" packs && heal-detect --packs mine.pack log |
		heal-analyze --packs mine.pack --root . | jq ".solutions | length"'
	assert_output 0
	printf 'tool: src/a.c:2: left-pad\n' >log
	assert_equal "$(analysed | field '.solutions[0].steps[0].argv | @json')" '["npm","install","left-pad"]'
}

@test "no step leaves the project" {
	mkdir inner
	printf 'x\n' >outside
	ln -s ../outside inner/link
	pack <<-'END'
		    solutions:
		      - {id: t.a, description: d, steps: [{edit: "link", delete: "1"}]}
		      - {id: t.b, description: d, steps: [{edit: "../outside", delete: "1"}]}
		      - {id: t.c, description: d, steps: [{create: "../new", with: x}]}
		      - {id: t.d, description: d, steps: [{mode: /etc/passwd}]}
	END
	heal-rules compile --output mine.pack "$HEAL_SOURCE/share/tables" packs
	heal-detect --packs mine.pack log >found
	cd inner
	run -0 bash -c 'heal-analyze --packs ../mine.pack --root . ../found | jq ".solutions | length"'
	assert_output 0
}

@test "the tools' own edits become steps" {
	cat >packs/f.yaml <<-'END'
		pack: f
		rules:
		  - id: f.error
		    match: '^f: (?<file>[^:]+):(?<line>\d+): (?<message>.*)$'
		    then: [{fixit: '^fix (?<line>\d+):(?<column>\d+)-(?<end_line>\d+):(?<end_column>\d+) "(?<text>.*)"'}]
		causes:
		  - id: f.fixit
		    rule: f.*
		    when: {fixits: .}
		    cause: the tool knows
		    solutions: [{id: f.fixit, description: d, steps: [{edit: "{file}", fixits: true}]}]
	END
	printf 'f: src/a.c:2: wrong\nfix 2:9-2:15 "height"\n' >log
	assert_equal "$(analysed | field '.solutions[0].steps[0].edits | @json')" \
		'[{"line":2,"column":9,"end_line":2,"end_column":15,"text":"height"}]'
}

# proposed: a pack whose JSON reports have edits that count in $1, and alternatives
proposed() {
	cat >packs/f.yaml <<-END
		pack: f
		rules:
		  - id: f.report
		    document: json
		    signature: [f.edits]
		    at: f
		    take: {file: file, message: message}
		    counts: $1
		    then:
		      - {fixit: edits, take: {line: l, column: c, end_line: l, end_column: e, offset: o, end_offset: p, text: t}}
		      - {proposal: either, fixit: edits, take: {line: l, column: c, end_line: l, end_column: e, text: t}}
		causes:
		  - id: f.sure
		    rule: f.*
		    when: {fixits: .}
		    cause: the tool knows
		    solutions: [{id: f.sure, description: d, steps: [{edit: "{file}", fixits: true}]}]
		  - id: f.either
		    rule: f.*
		    when: {proposals: .}
		    cause: the tool has ideas
		    solutions:
		      - id: f.either
		        description: d
		        alone: true
		        let: [{set: which, proposals: true}]
		        steps: [{edit: "{file}", fixits: "{which}"}]
	END
}

# places EDIT...: where each of the tool's own edits goes, as line:column-end; nothing if they do not fit the file
places() {
	local IFS=,
	echo '{"f": {"file": "u.txt", "message": "wrong", "edits": ['"$*"']}}' >log
	analysed | jq -r '[.solutions[]?.steps[0].edits[] | "\(.line):\(.column)-\(.end_column)"] | join(" ")'
}

@test "columns and offsets of the tools' own edits are bytes, characters, UTF-16 units or tab stops" {
	printf '\357\273\277one\n\tä😀x = 1\n' >u.txt
	proposed bytes
	assert_equal "$(places '{"l": 2, "c": 2, "e": 4}')" 2:2-4
	proposed characters
	assert_equal "$(places '{"l": 2, "c": 4, "e": 5, "t": "y"}')" 2:8-9
	assert_equal "$(places '{"o": 7, "p": 8, "t": "y"}')" 2:8-9
	proposed utf-16
	assert_equal "$(places '{"l": 2, "c": 5, "e": 6, "t": "y"}')" 2:8-9
	assert_equal "$(places '{"o": 8, "p": 9, "t": "y"}')" 2:8-9
	assert_equal "$(places '{"l": 2, "c": 4, "e": 6, "t": "y"}')" ''
	proposed tabs
	assert_equal "$(places '{"l": 2, "c": 11, "e": 12, "t": "y"}')" 2:8-9
	assert_equal "$(places '{"l": 2, "c": 4, "e": 12, "t": "y"}')" ''
	proposed unknown
	assert_equal "$(places '{"l": 2, "c": 2, "e": 2, "t": "y"}')" 2:2-2
	assert_equal "$(places '{"l": 2, "c": 4, "e": 5, "t": "y"}')" ''
}

@test "of the tools' own edits all fit the file, or none is made" {
	printf 'one\ntwo\n' >u.txt
	proposed bytes
	assert_equal "$(places '{"l": 1, "c": 4, "e": 4, "t": "!"}' '{"l": 2, "c": 1, "e": 4, "t": ""}')" '1:4-4 2:1-4'
	assert_equal "$(places '{"l": 1, "c": 4, "e": 4, "t": "!"}' '{"l": 2, "c": 1, "e": 9, "t": ""}')" ''
	assert_equal "$(places '{"l": 1, "c": 1, "e": 3, "t": "!"}' '{"l": 1, "c": 2, "e": 4, "t": "?"}')" ''
	assert_equal "$(places '{"o": 4, "p": 8, "t": ""}')" 2:1-1
	assert_equal "$(places '{"o": 4, "p": 9, "t": ""}')" ''
}

@test "what a tool proposes in several ways is several solutions, alike" {
	printf 'one\ntwo\n' >u.txt
	proposed bytes
	echo '{"f": {"file": "u.txt", "message": "wrong", "edits": [], "either": [
		{"edits": [{"l": 1, "c": 1, "e": 4, "t": "1"}, {"l": 2, "c": 1, "e": 4, "t": "2"}]},
		{"edits": [{"l": 1, "c": 1, "e": 4, "t": "uno"}]}]}}' >log
	assert_equal "$(analysed | jq -c '[.solutions[] | [.alone, [.steps[0].edits[].text]]]')" '[[true,["1","2"]],[true,["uno"]]]'
}

@test "what follows from an error is told from what comes first" {
	cat >packs/c.yaml <<-'END'
		pack: c
		rules:
		  - {id: c.error, match: '^c: (?<file>[^:]+): (?<message>error.*)$'}
		  - {id: c.tally, match: '^c: \d+ (?<message>errors)$', summary: true}
		causes:
		  - {id: c.syntax, rule: c.error, when: {message: syntax}, cause: syntax, type: syntax_error}
	END
	printf 'c: a: error: syntax\nc: a: error: other\nc: b: error: other\nc: 3 errors\n' >log
	analysed >out
	run -0 jq -sc '(map({(.id): .error.message}) | add) as $of | .[] | [.error.message, .analysis.root, $of[.analysis.caused_by // ""]]' out
	assert_line --index 0 '["error: syntax",true,null]'
	assert_line --index 1 '["error: other",false,"error: syntax"]'
	assert_line --index 2 '["error: other",true,null]'
	assert_line --index 3 '["errors",false,"error: other"]'
}

@test "what stands behind an operator is no misspelt keyword of a statement" {
	printf 'int f(void)\n{\n\tint x = foo;\n\treturn x;\n}\n' >a.c
	printf "a.c:3:10: error: 'foo' undeclared (first use in this function)\n    3 | \tint x = foo;\n" | heal-detect >in
	run -0 jq -r '.solutions[].applicability' <(heal-analyze in)
	assert_output advice
	sed -i 's/int x = foo/retrun 1/' a.c
	printf "a.c:3:2: error: 'retrun' undeclared (first use in this function)\n    3 | \tretrun 1;\n" | heal-detect >in
	run -0 jq -r '.solutions[0].id' <(heal-analyze in)
	assert_output c.keyword-slip:return
}

@test "heal-analyze --explain says why a cause does not hold" {
	pack <<<'    when: {message: nonsense}'
	run -0 --separate-stderr analysed --explain
	assert_equal "$stderr" 't.cause: its conditions are not met'
}

@test "heal-analyze survives odd records and a full disk" {
	printf '{"heal":1,"kind":"incident","id":"i","error":{"rule":"make.syntax","level":"error","message":"missing separator","file":"%s","line":%s}}\n' \
		'\u0000' 1 '../../../etc/passwd' 1 . 1 src 1 src/a.c 999999999999 '' 1 >in
	run -0 heal-analyze --root . in
	[[ $(records <<<"$output") == 6 ]]
	run -4 bash -c 'heal-analyze in >/dev/full'
	run -2 heal-analyze --root nowhere in
}

# TEXT: type, category, what gave them and the confidence of the last incident
class_of()
{
	heal-detect <<<"$1" | heal-analyze --no-store | jq -rs 'last.analysis | [.type, .category, .classified_by, .confidence] | @tsv'
}

@test "a rule, then the tool, then words in their context, then the kind of tool give type and category" {
	assert_equal "$(class_of 'curl: (22) The requested URL returned error: 404')" $'api_error\treliability\ttool\t0.8'
	assert_equal "$(class_of "a.c:3:9: warning: moving it prevents copy elision [-Wpessimizing-move]")" \
		$'performance_issue\tperformance\ttool\t0.8'
	assert_equal "$(class_of 'ERROR: audit: backlog limit exceeded')" $'runtime_error\tauditability\twords\t0.6'
	assert_equal "$(class_of 'ERROR: request to the renderer: timeout')" $'performance_issue\tperformance\twords\t0.6'
	trace=$'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n'
	assert_equal "$(class_of "${trace}sqlite3.OperationalError: no such table: nix")" $'database_error\treliability\ttool\t0.8'
	assert_equal "$(class_of "${trace}OSError: [Errno 24] Too many open files: 'x'")" $'performance_issue\tscalability\trule\t0.6'
	assert_equal "$(class_of "Found 3 errors in 1 file (checked 1 source file)")" $'logic_error\tbug\tkind\t0.5'
}

@test "words in a name say nothing, and what nobody knows is of low confidence" {
	for text in "name 'timeout' broken" 'timeout_seconds broken' 'a.timeout broken' 'timeout() broken' 'timeout = broken' \
		'"deadlock" broken' '--timeout broken'; do
		assert_equal "$(class_of "ERROR: $text")" $'runtime_error\treliability\tdefault\t0.2'
	done
	assert_equal "$(class_of 'ERROR: a job not terminated')" $'runtime_error\treliability\tdefault\t0.2'
	assert_equal "$(class_of "ERROR: the type of exception")" $'runtime_error\treliability\tdefault\t0.2'
}

@test "a refused connection is a database's only where a database's port or driver stands with it" {
	trace=$'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n'
	for text in 'psycopg2.OperationalError: connection to server at "db", port 5432 failed: Connection refused' \
		'ConnectionRefusedError: connect to 10.0.0.1:6379: Connection refused' \
		'ConnectionRefusedError: dial db:5432: Connection refused'; do
		assert_equal "$(class_of "$trace$text" | cut -f 1)" database_error
	done
	for text in 'ConnectionRefusedError: [Errno 111] Connection refused' \
		'ConnectionRefusedError: connect to 10.0.0.1:8080: Connection refused' \
		'ConnectionRefusedError: /src/net.c:3306: Connection refused' \
		'ConnectionRefusedError: connect to 10.0.0.1:54321: Connection refused'; do
		assert_equal "$(class_of "$trace$text" | cut -f 1)" integration_error
	done
}

@test "an answer of a server that is an error is an api_error, and lost audit records are auditability" {
	for text in 'ERROR: (gcloud.compute.instances.list) PERMISSION_DENIED: Required permission' \
		'Error: Request failed with status code 401' 'HTTP 503 Service Unavailable: upstream' \
		'error: failed to push: API returned 502 Bad Gateway'; do
		assert_equal "$(class_of "$text" | cut -f 1)" api_error
	done
	assert_equal "$(class_of 'audit: backlog limit exceeded' | cut -f 2)" auditability
}

@test "a summary has the class of the error that it sums up, and the lower severity" {
	heal-detect >in <<<$'a.c:3:9: error: expected \';\' before \'}\' token\nmake: *** [Makefile:3: a.o] Error 1'
	heal-analyze --no-store in | jq -cs 'map(.analysis | [.type, .category]) | .[0] == .[1]' >out
	assert_equal "$(cat out)" true
	heal-analyze --no-store in | jq -r 'select(.error.summary) | .analysis | [.type, .classified_by, .root] | @tsv' >out
	assert_equal "$(cat out)" $'syntax_error\troot\tfalse'
	# alone, it is not known what failed
	tail -n 1 in | heal-analyze --no-store | jq -r '.analysis | [.classified_by, .confidence < 0.6] | @tsv' >out
	assert_equal "$(cat out)" $'kind\ttrue'
}

@test "severity moves with the evidence" {
	severity()
	{
		jq -cn --argjson e "$1" '{heal: 1, kind: "incident", id: "i", error: ({rule: "none.such", level: "error",
			message: "disk quota: deadline exceeded"} + $e)}' | heal-analyze --no-store | jq .analysis.severity
	}
	assert_equal "$(severity '{}')" 6
	assert_equal "$(severity '{"level":"fatal"}')" 7
	assert_equal "$(severity '{"count":10}')" 7
	assert_equal "$(severity '{"level":"warning"}')" 3
	assert_equal "$(severity '{"level":"info"}')" 1
	assert_equal "$(severity '{"summary":true}')" 5
}

@test "an analysis has its id, its time and the seconds it took" {
	echo '{"heal":1,"kind":"incident","id":"i","error":{"rule":"none.such","level":"error","message":"m"}}' >in
	cat in in | heal-analyze --no-store | jq -s 'map(.analysis.id) | unique | length' >out
	assert_equal "$(cat out)" 2
	heal-analyze --no-store in | jq -e '.analysis | (.time | test("^20")) and .seconds >= 0 and .seconds < 60'
}

@test "what mends a vulnerability is a security patch, what ends an import cycle a change of architecture" {
	git init -q . 2>/dev/null || true
	printf 'package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc main() {\n\ts := os.Args[0]\n\tfmt.Printf(s)\n}\n' >main.go
	heal-detect <<<'./main.go:10:13: non-constant format string in call to fmt.Printf' | heal-analyze --no-store |
		jq -r '.solutions[0].type' >out
	assert_equal "$(cat out)" security_patch
	heal-detect <<<$'package m/a\n\timports m/b from a.go\n\timports m/a from b.go: import cycle not allowed' |
		heal-analyze --no-store | jq -r '.solutions[0].type' >out
	assert_equal "$(cat out)" architectural_change
}

@test "a cause says what must be there before it can be removed" {
	heal-detect <<<"cp: cannot create regular file '/etc/x': Permission denied" | heal-analyze --no-store |
		jq -c '.analysis.root_causes[0].prerequisites' >out
	assert_equal "$(cat out)" '["the rights of the owner, or of root"]'
}

@test "an import is found its place in a long file, whose docstrings speak of imports" {
	{
		printf '"""Say\nimport nothing.\n"""\n\nimport os\nfrom sys import (\n    argv,\n)\n\n'
		for i in $(seq 400); do
			printf 'def f%d():\n    """Say %d.\n    """\n    return "%d"\n\n' "$i" "$i" "$i"
		done
		printf 'print(re.sub("a", "b", f1()), argv, os.sep)\n'
	} >long.py
	printf 'Traceback (most recent call last):\n  File "long.py", line %d, in <module>\n%s\n%s\n' \
		"$(wc -l <long.py)" "    $(tail -n 1 long.py)" "NameError: name 're' is not defined" >trace
	heal-detect trace | heal-analyze --root . >record
	run -0 jq -c '.solutions[0].steps[0].edits[0] | [.line, .text]' record
	assert_output '[6,"import re\n"]'
}

@test "a pattern that meets a limit is neither found nor absent" {
	{
		printf 'a%.0s' $(seq 6000)
		printf '\nx: ab, ac\n'
	} >src/a.c
	run -0 solved "{no: '^(?:a+a+)+[bc]\$', in: src/a.c}" 'it is not there'
	refute_output
	run -0 solved "{no: '^(?:a+a+)+[d]\$', in: src/a.c}" 'it is not there'
	assert_output 'it is not there'
}
