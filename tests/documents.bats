#!/usr/bin/env bats
# heal-detect on JSON and XML: reports of tools, alone and between lines of text

setup() {
	load helper
	heal_setup
	mkdir mine
	cat >mine/paint.yaml <<-'END'
		pack: paint
		rules:
		  - id: paint.json
		    document: json
		    signature: [findings, painter]
		    at: findings[*]
		    take: {file: where.path, line: where.line, message: text, level: kind}
		    zero_based: lines
		    levels: {warning: warning}
		  - id: paint.line
		    document: json
		    signature: {reason: '^finding$', text: ''}
		    at: .
		    take: {message: text}
		  - id: paint.xml
		    document: xml
		    signature: paint.finding
		    at: paint.finding
		    take: {line: line, message: .}
		  - {id: paint.text, match: '^paint: error: (?<message>.+)$'}
	END
	printf "table: prefixes\nrows: ['^20\\\\S+Z ', '^\\\\s+']\n" >mine/prefixes.yaml
	heal-rules compile --output mine.pack mine
	export HEAL_PACKS=$PWD/mine.pack
}

# found FILE: line, level and message of each incident, in one line
found() {
	heal-detect "$@" | jq -r '.error | "\(.line // "-") \(.level) \(.message)"' | paste -sd'|'
}

report='{"painter": 2, "findings": [
  {"where": {"path": "a.ini", "line": 6}, "kind": "error", "text": "no quote"},
  {"where": {"path": "b.ini", "line": 0}, "kind": "warning", "text": "no colour"}
]}'

@test "a JSON report is read alone, between lines and on one line" {
	echo "$report" >alone
	{ echo 'paint: error: before'; echo "$report"; echo 'paint: error: after'; } >between
	jq -c . alone >line
	[[ $(found alone) == '7 error no quote|1 warning no colour' ]]
	[[ $(found between) == '- error before|7 error no quote|1 warning no colour|- error after' ]]
	[[ $(found line) == '7 error no quote|1 warning no colour' ]]
	[[ $(heal-detect between | jq -c 'select(.error.rule == "paint.json").source | [.line, .end_line]' | paste -sd' ') == '[3,3] [4,4]' ]]
}

@test "a JSON report is read behind what CI puts before each line, and what follows it on its last line" {
	printf '{"x": 1}\n%s' "$report" | sed 's/^/2026-11-20T10:00:00.0000000Z /' >ci
	[[ $(found ci) == '7 error no quote|1 warning no colour' ]]
	printf '%spaint: error: tail\n' "$report" >tail
	[[ $(found tail) == '7 error no quote|1 warning no colour|- error tail' ]]
}

@test "reports that follow each other in one line are all read, and what stands behind the last" {
	jq -c . <<<"$report" >line
	{ tr -d '\n' <line; tr -d '\n' <line; printf ' '; tr '\n' '\0' <line; printf 'paint: error: tail\n'; } >behind
	[[ $(found behind) == "$(found line)|$(found line)|$(found line)|- error tail" ]]
	for i in {1..3000}; do tr -d '\n' <line; done >many	# one line of half a megabyte
	[[ $(heal-detect many | wc -l) == 6000 ]]
	printf '%s{"x": [1\npaint: error: next\n' "$(cat line)" >open
	[[ $(found open) == "$(found line)|- error next" ]]
}

@test "a report without findings is silence, and so is JSON that is nobody's report" {
	run -0 heal-detect - <<<'{"painter": 2, "findings": []}'
	assert_output ''
	run -0 heal-detect - <<-'END'
		{"level": "error", "reason": "timeout", "text": "the painter has findings"}
		INFO got {"reason": "finding", "text": "quoted in a line"}
		{"response": [
		  {"reason": "finding", "text": "a part of something else"},
		  {"reason": "finding", "text": "and the last part"}
		]}
		ok: [host] => {"findings": [{"text": "x"}], "painter": 1}
	END
	assert_output ''
}

@test "what breaks off is reported as far as it goes, and the rest is text" {
	{ head -2 <<<"$report"; echo '  {"where": {"pa'; echo 'paint: error: killed'; } >cut
	[[ $(found cut) == '7 error no quote|- error killed' ]]
	{ head -1 <<<"$report"; echo 'paint: error: killed'; } >early
	[[ $(found early) == '- error killed' ]]
	printf '<paint><finding line="3">wet</finding><finding line="4"\npaint: error: killed\n' >xml
	[[ $(found xml) == '3 error wet|- error killed' ]]
}

@test "XML is read with its entities and CDATA, and declares none of its own" {
	printf '<?xml version="1.0"?>\n<paint>\n<finding line="3">a &lt; b &#233; <![CDATA[& <c>]]></finding></paint>\n' >x
	[[ $(found x) == '3 error a < b é & <c>' ]]
	printf '<!DOCTYPE paint [<!ENTITY e SYSTEM "/etc/passwd">]><paint><finding>&e;</finding></paint>\npaint: error: after\n' >evil
	[[ $(found evil) == '- error after' ]]
}

@test "documents give the same with and without the gate" {
	{ echo "$report"; jq -c . <<<"$report"; echo '{"reason":"finding","text":"l"}'; head -3 <<<"$report"; } >all
	heal-detect all | jq -c 'del(.id, .time, .correlation_id)' >gated
	heal-detect --naive all | jq -c 'del(.id, .time, .correlation_id)' >naive
	[[ $(wc -l <gated) -eq 7 ]]
	cmp gated naive
}

@test "an object a line is reported at once, in little memory for ever" {
	coproc HEAL { heal-detect; }
	echo '{"reason":"finding","text":"first"}' >&"${HEAL[1]}"
	read -r -t 10 line <&"${HEAL[0]}"
	[[ $(jq -r .error.message <<<"$line") == first ]]
	eval "exec ${HEAL[1]}>&-"
	# A sanitizer's shadow is larger than any ceiling; the plain build shows it.
	local ceiling=200000
	! grep -q __asan_init "$HEAL_BUILD/tools/heal-detect" || ceiling=unlimited
	run -0 bash -c "yes '{\"reason\":\"finding\",\"text\":\"t\",\"more\":[1,2,{\"a\":\"b\"}]}' | head -100000 |
		(ulimit -v $ceiling; heal-detect) | wc -l"
	assert_output 100000
}

@test "a document that is too long breaks off, and heal-detect says so once" {
	{ echo '{"painter": 1, "findings": 0, "filler": ['; yes '  "findings findings findings findings findings findings findings",' | head -270000
		echo '  1]}'; echo 'paint: error: behind'; } >long
	run -0 --separate-stderr heal-detect long
	[[ $(jq -r .error.message <<<"$output") == behind ]]
	[[ $stderr == 'heal-detect: 1 document longer than 16 MiB read as text, first at line 1' ]]
}

@test "nesting without end costs nothing but the document" {
	{ printf '{"painter":'; head -c 200000 /dev/zero | tr '\0' '['; printf '\npaint: error: here\n<paint>'; for _ in {1..3000}; do printf '<a>'; done; printf '\npaint: error: there\n'; } >deep
	[[ $(found deep) == '- error here|- error there' ]]
}

@test "heal-rules names the line of a fault in a rule for documents" {
	cat >mine/paint.yaml <<-'END'
		pack: paint
		rules:
		  - id: paint.json
		    document: json
		    signature: [a]
		    at: b[
		    take: {line: c..d, message: {from: x}}
		    match: x
		    zero_based: 2
	END
	run -2 --separate-stderr heal-rules lint mine
	[[ $stderr == *"paint.yaml:6: path 'b[': '[' without ']'"* ]]
	[[ $stderr == *"paint.yaml:7: path 'c..d': "* ]]
	[[ $stderr == *"paint.yaml:7: a capture has no member 'from'"* ]]
	[[ $stderr == *"paint.yaml:8: a rule for documents has no member 'match'"* ]]
	[[ $stderr == *"paint.yaml:9: 'zero_based' must be one of lines|columns|both"* ]]
}

@test "heal-rules explain says what a document lacks" {
	echo '{"findings": []}' >lacking
	run -0 heal-rules explain paint.json lacking
	[[ $output == *"line 1: start of a document without 'painter'"* ]]
	echo "$report" >fits
	run -0 heal-rules explain paint.json fits
	[[ $output == *"line 1: start of a document with the signature"* ]]
}
