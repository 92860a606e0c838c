#!/usr/bin/env bats
# heal-rules: packs are checked to the line, compiled, tested, and the user's stand beside ours

setup() {
	load helper
	heal_setup
	patterns=$XDG_CONFIG_HOME/heal/patterns
	tables=$XDG_CONFIG_HOME/heal/tables
	mkdir -p "$patterns" "$tables" packs
}

# Our own image as one that is installed: the user's packs count only then.
as_installed() {
	unset HEAL_PACKS
}

# fault LINE TEXT: the pack on standard input has that fault there
fault() {
	cat >packs/x.yaml
	run -2 heal-rules lint packs
	assert_line --partial "packs/x.yaml:$1: "
	assert_line --partial "$2"
	assert_line '0 valid files, 0 rules, 0 causes'
}

rule() {
	printf 'pack: t\nrules:\n  - id: t.a\n    match: "^tool: (?<message>.*)"\n'
	cat
}

cause() {
	printf 'pack: t\ncauses:\n  - id: t.a\n    cause: because\n'
	cat
}

step() {
	printf 'pack: t\ncauses:\n  - id: t.a\n    cause: because\n    solutions:\n      - id: t.a\n        description: do\n        steps:\n'
	cat
}

@test "our own packs and tables have no fault, and each rule an example" {
	run -0 heal-rules lint --strict "$HEAL_SOURCE/share/patterns" "$HEAL_SOURCE/share/tables"
	assert_output --regexp '^[0-9]+ valid files, [0-9]+ rules, [0-9]+ causes$'
}

@test "lint tells the rules that wake at common words" {
	cat >packs/a.yaml <<-'END'
	pack: t
	rules:
	  - {id: t.often, match: '^\S+ed: (?<message>.*)$', examples: [{text: "a failed: x", expect: [{}]}]}
	  - {id: t.rare, match: '^zugzwang: (?<message>.*)$', examples: [{text: "zugzwang: x", expect: [{}]}]}
	END
	run -0 heal-rules lint --wakes packs
	assert_output --regexp $'^1 valid files, 2 rules, 0 causes\n +[0-9.]+ %  t.often$'
	run -0 heal-rules lint packs
	assert_output '1 valid files, 2 rules, 0 causes'
}

@test "our own examples give what they should" {
	run -0 heal-rules test
	assert_output --regexp '^[0-9]+ examples passed, 0 failed$'
}

@test "our own examples give the same without the gate" {
	run -0 heal-rules test --naive
	assert_output --regexp '^[0-9]+ examples passed, 0 failed$'
}

@test "no two packs of ours have a rule or cause of the same id" {
	run -0 awk '/^[a-z]/ { what = $1 } /^  - \{?id: / { sub(/.*id: /, ""); sub(/[ ,}].*/, ""); if (seen[what, $0]++) print what, $0 }' \
		"$HEAL_SOURCE"/share/patterns/*.yaml
	assert_output ''
}

@test "lint names the line of what is no YAML" {
	fault 3 '' <<<$'pack: t\nrules: [a,\n]]'
	fault 1 '' <<<'	tab'
	fault 2 'duplicate key' <<<$'pack: t\npack: u'
	fault 1 'anchors' <<<'pack: &a t'
	fault 1 'empty' </dev/null
	fault 1 'must be a map' <<<'[]'
}

@test "lint names the line of a member that is not there, or wrong" {
	fault 1 "requires 'pack'" <<<'rules: []'
	fault 2 "'rules' must be a list" <<<$'pack: t\nrules: none'
	rule <<<'    lvl: error' | fault 5 "no member 'lvl'"
	rule <<<'    level: bad' | fault 5 "must be one of fatal|error"
	rule <<<'    max: many' | fault 5 'whole number'
	rule <<<'    max: 1.5' | fault 5 'whole number'
	rule <<<'    ignore: yes' | fault 5 'true or false'
	rule <<<'    levels: {W: wrong}' | fault 5 "'W' must be one of fatal|"
	rule <<<'    need: {a: b}' | fault 5 'text or a list'
	rule <<<'    message: "{message|big}"' | fault 5 "no filter 'big'"
	fault 3 'requires exactly one of match|read' <<<$'pack: t\nrules:\n  - id: t.a'
	fault 3 "requires 'id'" <<<$'pack: t\nrules:\n  - match: "^abc"'
	printf '  - id: t.a\n    match: "^other: "\n' | rule | fault 5 'first defined in line 3'
}

@test "lint checks patterns, and what the gate needs of them" {
	fault 4 'offset' <<<$'pack: t\nrules:\n  - id: t.a\n    match: "^abc(("'
	fault 4 'no literal of 3 bytes' <<<$'pack: t\nrules:\n  - id: t.a\n    match: "^\\\\d+(.*)"'
	fault 4 'no newline' <<<$'pack: t\nrules:\n  - id: t.a\n    match: "^abc\\\\ndef"'
	fault 4 "no slot or form 'nosuch'" <<<$'pack: t\nrules:\n  - id: t.a\n    read: "{nosuch}: {text}"\n    gate: abc'
	printf 'table: forms\nrows:\n  a: ["x{nosuch}"]\n' | fault 3 "no slot or form 'nosuch'"
	printf 'table: forms\nrows:\n  b: ["x"]\n  a: ["{b}{a}"]\n' | fault 4 'nested more than 8'
	printf 'table: forms\nrows:\n  a: ["%s"]\n' "$(printf 'x %.0s' {1..40})" | fault 3 'more than 64 parts'
	fault 3 "'read' requires 'gate'" <<<$'pack: t\nrules:\n  - id: t.a\n    read: "{level}: {text}"'
	rule <<<'    gate: ab' | fault 5 '3 to 255 bytes'
	rule <<<'    gate: []' | fault 5 'at least one literal'
	rule <<<'    not: ["a", "(b"]' | fault 5 'offset'
	printf 'table: prefixes\nrows:\n  - "^(a) "\n' | fault 3 'only groups'
	printf 'table: prefixes\nrows:\n  - "^(?:a "\n' | fault 3 'offset'
}

@test "lint checks clauses, look-backs and examples" {
	rule <<<'    then: [{take: "^ ", end: "^x"}]' | fault 5 'exactly one of take|'
	rule <<<'    then: [{weak: true}]' | fault 5 'exactly one of take|'
	rule <<<'    then: [{take: x, under: "(a"}]' | fault 5 'offset'
	rule <<<'    look_back: {lines: 3}' | fault 5 "a look-back requires 'match'"
	rule <<<'    examples: [{text: x}]' | fault 5 "requires 'expect'"
	rule <<<'    examples: [{text: x, expect: [x]}]' | fault 5 'must be a map'
	rule </dev/null >packs/x.yaml
	run -2 heal-rules lint --strict packs
	assert_line --partial "packs/x.yaml:3: rule 't.a' has no example"
}

@test "lint checks causes, look-ups, solutions and steps" {
	cause <<<'    type: odd' | fault 5 'must be one of syntax_error|'
	cause <<<'    confidence: 1.5' | fault 5 'from 0 to 1'
	cause <<<'    when: {message: "(("}' | fault 5 'offset'
	cause <<<"    when: {message: '^x \\{aka (a\\}$'}" | fault 5 'offset'
	cause <<<'    let: [{set: a}]' | fault 5 'exactly one of to|'
	cause <<<'    let: [{to: a}]' | fault 5 "'to' requires 'set'"
	cause <<<'    let: [{set: a, table: b}]' | fault 5 "'table' requires 'key'"
	cause <<<'    let: [{find: "a", no: "b"}]' | fault 5 'exactly one of to|'
	cause <<<'    let: [{candidates: all}]' | fault 5 'close|extra|swap|open'
	cause <<<'    solutions: [{id: t.s, description: d}]' | fault 5 "requires 'steps'"
	step <<<'          - {run: [npm, install, "{name}"]}' | fault 9 'needs a type'
	step <<<'          - {run: "{name}"}' | fault 9 'needs a type'
	step <<<'          - {run: [npm, "{name:packet}"]}' | fault 9 "no slot type 'packet'"
	step <<<'          - {run: [a], advise: b}' | fault 9 'exactly one of edit|'
	step <<<'          - {edit: "{file}"}' | fault 9 'exactly one of replace|'
	step <<<'          - {edit: "{file}", replace: "a"}' | fault 9 "requires 'with'"
	step <<<'          - {edit: "{file}", replace: "(a)", with: "{1}"}' | fault 9 'use named groups'
	step <<<'          - {create: "{file}"}' | fault 9 "requires 'with'"
	step <<<'          - {retry: {times: 3}}' | fault 9 "'retry' must be a whole number"
}

@test "lint knows the members of every nested map, and what was meant" {
	fault 2 "a pack has no member 'orgin'; did you mean 'origin'?" <<<$'pack: t\norgin: x'
	fault 2 "a table has no member 'row'; did you mean 'rows'?" <<<$'table: t\nrow: {a: b}'
	rule <<<'    mesage: x' | fault 5 "a rule has no member 'mesage'; did you mean 'message'?"
	rule <<<'    look_back: {match: "^abc", line: 3}' | fault 5 "a look-back has no member 'line'; did you mean 'lines'?"
	rule <<<$'    then:\n      - take: "^ "\n        ovveride: true' | fault 7 "a clause has no member 'ovveride'; did you mean 'override'?"
	rule <<<'    zero_based: colums' | fault 5 "did you mean 'columns'?"
	rule <<<$'    examples:\n      - text: x\n        expcet: []' | fault 7 "an example has no member 'expcet'; did you mean 'expect'?"
	cause <<<'    sevrity: 3' | fault 5 "a cause has no member 'sevrity'; did you mean 'severity'?"
	cause <<<$'    let:\n      - {set: a, nearest: b,\n         tolerence: 100}' | fault 7 "a look-up has no member 'tolerence'; did you mean 'tolerance'?"
	cause <<<$'    solutions:\n      - id: t.s\n        because: x\n        confidance: 1' | fault 8 "a solution has no member 'confidance'; did you mean 'confidence'?"
	step <<<'          - {edit: a, replace: b, with: c, optinal: true}' | fault 9 "a step has no member 'optinal'; did you mean 'optional'?"
}

document() {
	printf 'pack: t\nrules:\n  - id: t.a\n    document: json\n    signature: [abcdef]\n    at: abcdef\n'
	cat
}

@test "lint knows the members of rules for documents" {
	document <<<$'    take: {message: a}\n    cuonts: bytes' | fault 8 "a rule for documents has no member 'cuonts'; did you mean 'counts'?"
	document <<<$'    take: {message: {path: a, mach: b}}' | fault 7 "a capture has no member 'mach'; did you mean 'match'?"
	document <<<$'    take: {message: a}\n    then: [{fixit: a, take: {line: b}, propsal: c}]' |
		fault 8 "a part has no member 'propsal'; did you mean 'proposal'?"
	document <<<$'    take: {message: a}\n    match: x' | fault 8 "a rule for documents has no member 'match'"
	document <<<$'    take: {message: "a["}' | fault 7 ''
}

@test "lint --strict names signatures that demand what a rule does not read" {
	cat >packs/x.yaml <<-'END'
		pack: paint
		rules:
		  - id: paint.json
		    document: json
		    signature: ['[*].findings', '[*].painter', '[*].version']
		    at: '[*].findings[*]'
		    take: {file: path, line: line, message: text}
		    examples:
		      - text: '[{"painter": 2, "version": 1, "findings": [{"path": "a.ini", "line": 6, "text": "no red"}]}]'
		        expect: [{file: a.ini, line: 6}]
	END
	run -2 heal-rules lint --strict packs
	assert_line --partial "packs/x.yaml:3: 'signature' demands '[*].painter' and '[*].version', which the rule does not read"
	run -0 heal-rules lint packs
	sed -i 's/\[\*\]\.version/[*].findings.line/' packs/x.yaml
	run -0 heal-rules lint --strict packs
}

# row TABLE: a row of the table on standard input
row() {
	printf 'table: %s\nrows:\n' "$1"
	cat
}

@test "lint knows the members of the tables that heal itself reads" {
	row languages <<<'  x: {extentions: [.x]}' | fault 3 "a language has no member 'extentions'; did you mean 'extensions'?"
	row languages <<<'  x: {brakets: ["()"]}' | fault 3 "did you mean 'brackets'?"
	row languages <<<'  x: {chekc: [cc, "{file}"]}' | fault 3 "did you mean 'check'?"
	row languages <<<'  x: {strings: [{quote: "x", multilne: true}]}' | fault 3 "did you mean 'multiline'?"
	row languages <<<'  x: {blocks: [{open: a, clsoe: b, close: b, text: c}]}' | fault 3 "did you mean 'close'?"
	row languages <<<'  x: {imports: [{behind: a, text: b, place: sortd}]}' | fault 3 "did you mean 'sorted'?"
	row languages <<<'  x: {separators: [{behind: a, text: b, tired: first}]}' | fault 3 "did you mean 'tried'?"
	row languages <<<'  x: {build_flags: {options: [], complers: a}}' | fault 3 "did you mean 'compilers'?"
	row languages <<<'  x: {build_flags: {options: [{option: -I, valeu: file}]}}' | fault 3 "did you mean 'value'?"
	row languages <<<'  x: {build_flags: {options: [], written: [{file: a, match: b}]}}' | fault 3 "did you mean 'files'?"
	row languages <<<'  x: {code_begins: "(a"}' | fault 3 'offset'
	row languages <<<'  x: [a]' | fault 3 "'x' must be a map"
	row exits <<<'  - {id: a.b, tool: a, message: b, stauts: 3}' | fault 3 "did you mean 'status'?"
	row tests <<<'  - {match: a, cuont: 3}' | fault 3 "did you mean 'count'?"
	row tests <<<'  - {match: "(?<ran>a"}' | fault 3 'offset'
	row repeatable <<<'  - {rules: [a], repeatable: true}' | fault 3 "did you mean 'rule'?"
	row trial-environment <<<'  - {A: b}' | fault 3 "'rows' must be a map"
	row unknown-words <<<'  bad: {wieght: 3, level: error}' | fault 3 "did you mean 'weight'?"
	row unknown-score <<<'  {enuogh: 3}' | fault 3 "did you mean 'enough'?"
	row vcs <<<'  git: {sign: a, since: [], changed: [], was: a, sicne: []}' | fault 3 "did you mean 'since'?"
	row vcs <<<'  git: {sign: a, since: [{rev: a, descripton: b}], changed: [], was: a}' | fault 3 "did you mean 'description'?"
	row policy <<<'  {slot: {a: b}, slots: {}, commands: [], protected: [], suppressions: []}' | fault 3 "did you mean 'slots'?"
	row policy <<<'  {slots: {a: "("}, commands: [], protected: [], suppressions: []}' | fault 3 'offset'
	row policy <<<'  {slots: {}, commands: [{argv: [a], risk: green, scope: project, touch: [b]}], protected: [], suppressions: []}' |
		fault 3 "did you mean 'touches'?"
	row policy <<<'  {slots: {}, commands: [{argv: [a], risk: gren, scope: project}], protected: [], suppressions: []}' |
		fault 3 "did you mean 'green'?"
	row policy <<<'  {slots: {}, commands: [], copies: {target: omited}, protected: [], suppressions: []}' | fault 3 "did you mean 'omitted'?"
	row policy <<<'  {slots: {}, commands: [], ecosystems: {npm: {declare: []}}, protected: [], suppressions: []}' | fault 3 "did you mean 'declared'?"
	row policy <<<'  {slots: {}, commands: [], ecosystems: {npm: {declared: [{files: [], mathc: a}]}}, protected: [], suppressions: []}' |
		fault 3 "did you mean 'match'?"
	row policy <<<'  {slots: {}, commands: [], protected: [], suppressions: [{id: a, mroe: b, why: c}]}' | fault 3 "did you mean 'more'?"
	row levels <<<'  {dreadful: fatl}' | fault 3 "did you mean 'fatal'?"
	fault 2 "'groups' must be one of fatal|" <<<$'table: levels\ngroups: {bad: a b}'
	row wrappers <<<'  {sudo: {u: x}}' | fault 3 "'sudo' must be text or a list of texts"
	row dangers <<<'  - "(a"' | fault 3 'offset'
	# what no program reads by name is free
	row mine <<<'  {extentions: {anything: [goes]}}' >packs/x.yaml
	run -0 heal-rules lint packs
}

@test "lint says beside what a member stands" {
	step <<<'          - {advise: a, undo: b}' | fault 9 "'undo' is permitted only together with run"
	step <<<'          - {edit: a, insert: b, with: c}' | fault 9 "'with' is permitted only together with replace|retype|create|delete|reword|mode"
	cause <<<'    let: [{find: a, in_strings: true}]' | fault 5 "'in_strings' is permitted only together with nearest"
	cause <<<'    let: [{map: "{a}", set: b}]' | fault 5 "'map' requires 'table'"
	rule <<<'    then: [{take: "^ ", join: x}]' | fault 5 "'join' is permitted only together with append"
	cause <<<'    severity: 11' | fault 5 'a whole number from 1 to 10'
}

# matched PATTERN: what `list` shows of the pack's one rule
matched() {
	heal-rules compile --output x.pack packs
	run -0 heal-rules list --packs x.pack
	assert_output "t.a	t	$1"
}

@test "a subpattern stands for a part of a pattern" {
	printf 'table: subpatterns\nrows: {where: "(?<file>[^:]+):(?@number)", number: "(?<line>\\\\d+)"}\n' >packs/z.yaml
	cat >packs/x.yaml <<-'END'
	pack: t
	rules:
	  - id: t.a
	    match: '^tool: (?@where): \(?@where\) (?<message>.+)$'
	END
	matched '^tool: (?<file>[^:]+):(?<line>\d+): \(?@where\) (?<message>.+)$'
}

@test "a user's pack uses our subpatterns, and adds some" {
	as_installed
	printf 'table: subpatterns\nrows: {mine: "mytool(?@fraction)"}\n' >"$tables/mine.yaml"
	printf 'pack: t\nrules:\n  - {id: t.a, match: "^(?@mine): (?<file>(?@path)):(?@position): (?<message>.*)"}\n' >"$patterns/mine.yaml"
	run -0 --separate-stderr bash -c 'echo "mytool.7: C:/a b.c:3:4: broken" | heal-detect | jq -c ".error | [.file, .line, .column]"'
	assert_output '["C:/a b.c",3,4]'
	assert_equal "$stderr" ''
}

@test "a subpattern that is not there is a fault, and so is one within itself" {
	printf 'table: subpatterns\nrows:\n  number: "[0-9]+"\n' >packs/z.yaml
	rule <<<"    not: '^ (?@nubmer)'" >packs/x.yaml
	run -2 heal-rules lint packs
	assert_line --partial "packs/x.yaml:5: there is no subpattern 'nubmer'; did you mean 'number'?"
	cause <<<"    when: {message: '(?@none)'}" >packs/x.yaml
	run -2 heal-rules lint packs
	assert_line --partial "packs/x.yaml:5: there is no subpattern 'none'"
	rm packs/z.yaml
	fault 3 'nested too deeply' <<<$'table: subpatterns\nrows:\n  a: "x(?@b)"\n  b: "y(?@a)"'
	fault 3 'offset' <<<$'table: subpatterns\nrows:\n  a: "(x"'
	fault 2 'too long' < <(printf 'table: subpatterns\nrows: {a: "%s", b: "%s"}\n' "$(printf 'x%.0s' {1..3000})" "$(printf '(?@a)%.0s' {1..12})")
}

@test "a pattern may stand on several lines" {
	cat >packs/x.yaml <<-'END'
	pack: t
	rules:
	  - id: t.a
	    match: |
	      ^tool:
	       (?<file>[^:]+)
	      : (?<message>.+)$
	END
	matched '^tool:(?<file>[^:]+): (?<message>.+)$'
	# and texts that are no patterns keep their lines
	rule <<-'END' >packs/x.yaml
	    examples:
	      - text: |
	          tool: a
	          tool: b
	        expect: [{message: a}, {message: b}]
	END
	heal-rules compile --output x.pack packs
	run -0 heal-rules test --packs x.pack
}

@test "lint tells every fault of a file, and takes the files without" {
	rule </dev/null >packs/good.yaml
	rule <<<$'    lvl: error\n    max: x' >packs/x.yaml
	run -2 heal-rules lint packs
	assert_line --partial 'packs/x.yaml:5: '
	assert_line --partial 'packs/x.yaml:6: '
	assert_line '1 valid files, 1 rules, 0 causes'
	run -2 heal-rules lint nowhere
	assert_output --partial 'no packs found'
}

@test "test tells which example differs, and how" {
	rule <<-'END' >packs/x.yaml
	    examples:
	      - text: "tool: a"
	        expect: [{message: b}]
	      - text: "tool: a"
	        expect: []
	      - text: "nothing"
	        expect: [{}]
	      - text: "tool: a"
	        expect: [{message: a, code: (absent)}]
	END
	heal-rules compile --output x.pack packs
	run -1 heal-rules test --packs x.pack
	assert_line "not ok t.a example 1 (line 6): record 1: message is 'a', expected 'b'"
	assert_line "not ok t.a example 2 (line 8): 1 records, expected 0; found t.a: a"
	assert_line "not ok t.a example 3 (line 10): 0 records, expected 1"
	assert_line '1 examples passed, 3 failed'
}

@test "test compares lists and maps" {
	rule <<-'END' >packs/x.yaml
	    then: [{related: '^note (?<file>\S+): (?<message>.*)'}]
	    examples:
	      - text: "tool: a\nnote x.c: here\nnote y.c: there\n"
	        expect: [{related: [{file: x.c}, {file: y.c, message: there}]}]
	      - text: "tool: a\nnote x.c: here\n"
	        expect: [{related: {count: 1}}]
	      - text: "tool: a\nnote x.c: here\n"
	        expect: [{related: [{file: z.c}]}]
	      - text: "tool: a\nnote x.c: here\n"
	        expect: [{related: []}]
	END
	heal-rules compile --output x.pack packs
	run -1 heal-rules test --packs x.pack
	assert_line "not ok t.a example 3 (line 11): record 1: related[0].file is 'x.c', expected 'z.c'"
	assert_line "not ok t.a example 4 (line 13): record 1: related has 1 elements, expected 0"
	assert_line '2 examples passed, 2 failed'
}

@test "list shows id, tool and pattern in the order of trying" {
	printf '  - {id: t.b, match: "^b: x", priority: 60, tool: u}\n' | rule >packs/x.yaml
	heal-rules compile --output x.pack packs
	run -0 heal-rules list --packs x.pack
	assert_output "t.b	u	^b: x
t.a	t	^tool: (?<message>.*)"
	run -0 heal-rules list --packs x.pack 't.a'
	assert_output --partial 't.a'
	refute_output --partial 't.b'
}

@test "explain says how far a rule got" {
	rule <<<'    not: harmless' >packs/x.yaml
	heal-rules compile --output x.pack packs
	run -0 heal-rules explain --packs x.pack t.a <<<$'tool: a\n tool: b\ntool: harmless\nother'
	assert_line 'line 1: matches: tool: a'
	assert_line "line 2: contains a literal of the rule, but 'match' does not match:  tool: b"
	assert_line "line 3: 'match' matches, but so does 'not', or the file is not a name: tool: harmless"
	refute_line --partial 'line 4'
	assert_line --regexp '^record: .*"message":"a"'
	run -2 heal-rules explain --packs x.pack t.none </dev/null
	assert_output "heal-rules: no such rule: 't.none'; 'heal-rules list' lists them"
}

@test "a gate may have any number of literals" {
	{
		printf 'pack: t\nrules:\n  - id: t.many\n    match: "^(?<message>.+)$"\n    gate:\n'
		printf '      - word%s\n' {100..299}
	} >packs/x.yaml
	heal-rules compile --output x.pack packs
	for n in 100 147 148 149 200 299; do
		[[ $(heal-detect --packs x.pack <<<"word$n" | field .error.rule) == t.many ]] || fail "word$n"
	done
}

@test "a user's pack stands beside ours" {
	as_installed
	rule >"$patterns/mine.yaml" </dev/null
	printf 'Makefile:2: *** missing separator.  Stop.\ntool: mine\n' >log
	run -0 --separate-stderr bash -c 'heal-detect log | jq -r .error.rule'
	assert_output $'make.syntax\nt.a'
	assert_equal "$stderr" ''
	# and is read again when it changes
	sed -i 's/t\.a/t.b/' "$patterns/mine.yaml"
	run -0 bash -c 'heal-detect log | jq -r .error.rule'
	assert_output $'make.syntax\nt.b'
	# and is gone when it goes
	rm "$patterns/mine.yaml"
	run -0 bash -c 'heal-detect log | jq -r .error.rule'
	assert_output make.syntax
}

@test "a user's pack is compiled once" {
	as_installed
	rule >"$patterns/mine.yaml" </dev/null
	heal-detect /dev/null
	(cd "$XDG_CACHE_HOME/heal" && stat -c '%n %i' *) >before
	heal-detect /dev/null
	heal-analyze </dev/null
	(cd "$XDG_CACHE_HOME/heal" && stat -c '%n %i' *) >after
	cmp before after
	[[ $(wc -l <after) == 1 ]]
}

@test "a user's rule takes the place of ours by its id" {
	as_installed
	printf 'pack: mine\nrules:\n  - {id: make.syntax, tool: mymake, match: "^.*missing separator"}\n' >"$patterns/mine.yaml"
	printf 'Makefile:2: *** missing separator.  Stop.\n' >log
	run -0 bash -c 'heal-detect log | jq -r .error.tool'
	assert_output mymake
	printf 'pack: mine\nrules:\n  - {id: make.syntax, ignore: true, match: "^.*missing separator"}\n' >"$patterns/mine.yaml"
	run -0 heal-detect log
	assert_output ''
}

@test "a user's table adds rows to ours and replaces those of the same name" {
	as_installed
	printf 'table: levels\nrows: {dreadful: fatal, warning: note}\n' >"$tables/levels.yaml"
	printf 'pack: t\nrules:\n  - {id: t.a, match: "^tool (?<level>[A-Za-z]+): (?<message>.*)"}\n' >"$patterns/mine.yaml"
	printf 'tool %s: x\n' dreadful WARNING err >log
	run -0 bash -c 'heal-detect log | jq -r .error.level'
	assert_output $'fatal\nnote\nerror'
	# also where only the table changes
	sed -i 's/dreadful: fatal/dreadful: info/' "$tables/levels.yaml"
	run -0 bash -c 'heal-detect log | head -n 1 | jq -r .error.level'
	assert_output info
}

@test "a user's list takes the place of ours" {
	as_installed
	printf 'table: prefixes\nrows: ["^<[0-9]+> "]\n' >"$tables/mine.yaml"
	printf '<3> Makefile:2: *** missing separator.  Stop.\n' >log
	run -0 bash -c 'heal-detect log | jq -r .error.file'
	assert_output Makefile
	sed 's/<3>/[12:00:00]/' log >log2
	[[ $(heal-detect log2 | field .error.file) != Makefile ]]
}

@test "a user's faulty pack is named each time, and the rest works" {
	as_installed
	rule >"$patterns/good.yaml" </dev/null
	rule <<<'    lvl: error' | sed 's/t\.a/t.bad/' >"$patterns/bad.yaml"
	printf 'Makefile:2: *** missing separator.  Stop.\ntool: mine\n' >log
	for _ in 1 2; do
		run -0 --separate-stderr bash -c 'heal-detect log | jq -r .error.rule'
		assert_output $'make.syntax\nt.a'
		assert_equal "$stderr" "heal-rules: $patterns/bad.yaml:5: a rule has no member 'lvl'"
	done
	sed -i 's/lvl/level/' "$patterns/bad.yaml"
	run -0 --separate-stderr heal-detect log
	assert_equal "$stderr" ''
}

@test "a cache that cannot be written leaves the user's packs out, with a word" {
	as_installed
	rule >"$patterns/good.yaml" </dev/null
	: >"$BATS_TEST_TMPDIR/file"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/file/cache
	printf 'Makefile:2: *** missing separator.  Stop.\ntool: mine\n' >log
	run -0 --separate-stderr bash -c 'heal-detect log | jq -r .error.rule'
	assert_output make.syntax
	assert_line --partial 'make.syntax'
	[[ $stderr == *'your rule packs are ignored: '* ]]
}

@test "compile wants to be told where to, and replaces it as a whole" {
	rule >packs/x.yaml </dev/null
	run -2 heal-rules compile packs
	run -4 heal-rules compile --output /nowhere/x.pack packs
	heal-rules compile --output x.pack packs
	heal-rules compile --output y.pack packs
	cmp x.pack y.pack
}

@test "heal-rules wants a command that there is" {
	run -2 heal-rules
	run -2 heal-rules nonsense
	run -2 heal-rules explain
	run -2 heal-rules list --packs nowhere
}

@test "keywords prints the grammar, and heal-rules(5) has no other words" {
	run -0 --separate-stderr heal-rules keywords
	assert_line "look-up	matches	a regular expression with slots	beside is	The text matches this; its captures become values."
	assert_line "step	with	template	required beside replace, retype, create	The replacement."
	cut -f 2 <<<"$output" | sort -u >keywords
	local page=$HEAL_BUILD/man/heal-rules.5 name bad=()
	while read -r name; do
		grep -qxF ".It Cm $name" "$page" || bad+=("not on the page: $name")
	done <keywords
	# slots' types, and what stands in a path, are described like members
	for name in $(sed -n '/^\.Sh KEYWORDS/q; s/^\.It Cm //p' "$HEAL_SOURCE/man/heal-rules.5.in" |
		sed 's/ Ar .*//; s/ No .*//; s/[:,].*//; s/ Li .*//' | grep -xE '[a-z_-]+'); do
		grep -qxF "$name" keywords || case $name in
		identifier | word | package | version | option | number | path | place | typed | line | text) ;;
		*) bad+=("no keyword: $name") ;;
		esac
	done
	[[ ${#bad[@]} -eq 0 ]] || fail "$(printf '%s\n' "${bad[@]}")"
}

@test "keywords --uses counts the uses of each keyword" {
	mkdir mine
	printf '%s\n' 'pack: x' 'rules:' "  - {id: x.a, match: 'a', max: 3}" "  - {id: x.b, match: 'b'}" >mine/x.yaml
	printf '%s\n' 'table: policy' 'rows: {protected: [.max]}' >mine/policy.yaml
	run -0 heal-rules keywords --uses mine
	assert_line "1	rule	max"
	assert_line "2	rule	match"
	assert_line "0	rule	not"
	assert_line "1	policy	protected"
	assert_line --regexp '^[0-9]+ keywords, [0-9]+ with fewer than 3 uses$'
	echo '}' >mine/y.yaml
	run -2 heal-rules keywords --uses mine
	assert_output --partial 'y.yaml:1:'
	run -2 heal-rules keywords --uses nowhere
}

@test "coverage names the rules that have too few examples" {
	mkdir counted
	cat >counted/t.yaml <<-'END'
	pack: t
	rules:
	  - id: t.both
	    match: '^both: (?<message>.+)'
	    examples:
	      - {text: "both: a", expect: [{message: a}]}
	      - {text: "but not: both", expect: []}
	  - id: t.good
	    match: '^good: (?<message>.+)'
	    examples:
	      - {text: "good: a", expect: [{message: a}]}
	  - id: t.none
	    match: '^none: (?<message>.+)'
	  - id: t.elsewhere
	    match: '^elsewhere: (?<message>.+)'
	    examples:
	      - {text: "good: x", expect: [{rule: t.good}]}
	  - id: t.ignored
	    match: '^ignored: .*'
	    ignore: true
	END
	heal-rules compile --output t.pack counted
	run -1 heal-rules coverage --packs t.pack
	assert_output "t.good	2 good	0 silent
t.none	0 good	0 silent
t.elsewhere	0 good	1 silent
4 rules, 2 with 1 good, 2 with 1 silent, 3 lack some"
	run -0 heal-rules coverage --packs t.pack t.both
	assert_output '1 rules, 1 with 1 good, 1 with 1 silent, 0 lack some'
	run -0 heal-rules coverage --silent 0 --good 2 --packs t.pack t.good
	run -1 heal-rules coverage --packs t.pack 'no.such*'
}

@test "every rule of ours has a good example, and no fewer silent ones than we had" {
	run -0 heal-rules coverage --silent 0
	run heal-rules coverage
	silent=$(sed -n 's/.* \([0-9]*\) with 1 silent,.*/\1/p' <<<"$output")
	((silent >= 1000)) || fail "$silent rules have a silent example"
}

@test "heal-rules test says so where it tested nothing" {
	run -2 --separate-stderr heal-rules test share/patterns
	[[ $stderr == *"no rule with examples matches 'share/patterns'"*"'gcc.*'"* ]]
}

@test "our own packs and tables are as fmt writes them" {
	cd "$HEAL_SOURCE"
	run -0 heal-rules fmt --check share/patterns/*.yaml share/tables/*.yaml
	assert_output ''
	run -0 --separate-stderr python3 - <<-'END'
	import glob
	for name in sorted(glob.glob("share/*/*.yaml")):
	    for number, line in enumerate(open(name, encoding="utf-8"), 1):
	        if len(line.rstrip("\n")) > 120:
	            print(f"{name}:{number}")
	END
	assert_output ''
}

@test "fmt puts members in order, breaks long lines, and keeps comments" {
	local words
	words=$(printf 'alternative%s|' {10..22})
	cat >x.yaml <<-END
	# of the file

	origin: here   # where from
	pack: t
	# of the rules
	rules:
	  - match: '^tool: (?:${words%|}): (?<message>.*)$'
	    # of the id
	    id: t.a
	    gate: [$(printf 'literal%s, ' {10..30})last]

	    doc: $(printf 'word%s ' {10..30})end
	    not: ["a
	      b", 'it''s']
	    examples: # all of them
	      - {text: "tool: alternative10: literal10$(printf 'x%.0s' {1..50})\n", expect: [{message: "literal10$(printf 'x%.0s' {1..50})", level: error}]}  # the last
	# behind all
	END
	run -0 --separate-stderr heal-rules fmt x.yaml
	assert_output "# of the file

pack: t
origin: here  # where from
# of the rules
rules:
  # of the id
  - id: t.a

    doc: >-
      word10 word11 word12 word13 word14 word15 word16 word17 word18 word19 word20 word21 word22 word23 word24 word25
      word26 word27 word28 word29 word30 end
    match: |
      ^tool: (?:alternative10|alternative11|alternative12|alternative13|alternative14|alternative15|alternative16
      |alternative17|alternative18|alternative19|alternative20|alternative21|alternative22): (?<message>.*)\$
    gate: [literal10, literal11, literal12, literal13, literal14, literal15, literal16, literal17, literal18, literal19,
      literal20, literal21, literal22, literal23, literal24, literal25, literal26, literal27, literal28, literal29,
      literal30, last]
    not: [\"a b\", 'it''s']
    # all of them
    examples:
      # the last
      - text: \"tool: alternative10: literal10$(printf 'x%.0s' {1..50})\\n\"
        expect: [{message: \"literal10$(printf 'x%.0s' {1..50})\", level: error}]
# behind all"
	# once more changes nothing, and so does the compiler
	heal-rules fmt x.yaml >packs/x.yaml
	run -0 heal-rules fmt --check packs/x.yaml
	heal-rules compile --output y.pack packs
	cp x.yaml packs/x.yaml
	heal-rules compile --output x.pack packs
	diff <(heal-rules list --packs x.pack) <(heal-rules list --packs y.pack)
	run -0 heal-rules test --packs y.pack
}

@test "fmt keeps texts as they are, whatever is in them" {
	local long
	long=$(printf 'y%.0s' {1..130})
	cat >packs/x.yaml <<-END
	pack: t
	rules:
	  - id: t.a
	    match: '^tool: (?<message>.*)'
	    examples:
	      - {text: "tool: ${long}\\n\\ttab \\x1b[1m end \\\\n \\" 'q'\\n\\n", expect: [{message: ${long}}]}
	      - {text: "  indented\\n tool: $(printf 'ä %.0s' {1..40})\\ntool: b\\n", expect: [{message: b}]}
	      - text: |2
	            tool: c
	          tool: d
	        expect: [{message: d}]
	      - {text: "", expect: []}
	END
	heal-rules compile --output x.pack packs
	run -0 heal-rules test --packs x.pack
	heal-rules fmt -i packs/x.yaml
	run -0 heal-rules fmt --check packs/x.yaml
	heal-rules compile --output y.pack packs
	run -0 heal-rules test --packs y.pack
	assert_output '4 examples passed, 0 failed'
	run -1 grep -nE '^.{121}' packs/x.yaml
}

@test "fmt --check names the files, -i writes them, and what it cannot read it leaves" {
	printf 'rules: []\npack: t\n' >a.yaml
	printf 'pack: t\nrules: []\n' >b.yaml
	run -1 heal-rules fmt --check a.yaml b.yaml
	assert_output a.yaml
	run -0 heal-rules fmt -i a.yaml b.yaml
	assert_output ''
	cmp a.yaml b.yaml
	printf 'pack: t\n---\npack: u\n' >c.yaml
	printf 'pack: [\n' >d.yaml
	run -2 heal-rules fmt -i c.yaml d.yaml nowhere.yaml
	assert_line --partial 'c.yaml:1: '
	assert_line --partial 'd.yaml:2: '
	assert_line --partial "nowhere.yaml"
	assert_equal "$(cat c.yaml)" $'pack: t\n---\npack: u'
	run -2 heal-rules fmt
}
