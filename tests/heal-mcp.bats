#!/usr/bin/env bats
# heal-mcp: conversations of each era of the Model Context Protocol, and its official clients where they are installed.
#
# The clients are looked for where these name them, so that no test fetches anything:
#   HEAL_TEST_MCP_PYTHON   a Python interpreter with the package mcp
#   HEAL_TEST_MCP_NODE     a folder whose node_modules has @modelcontextprotocol/sdk, /client or /inspector

setup() {
	load helper
	heal_setup
}

mcp() { /usr/bin/python3 "$HEAL_SOURCE/tests/mcp.py" "$@"; }

# the answer to the N-th request, the handshake being the first
answer() { jq -c --argjson n "$1" 'select(type == "object" and .id == $n and (has("method") | not))'; }
answers() { jq -c 'select(type == "object" and has("id") and (has("method") | not))'; }

# a project whose only failure is a missing semicolon
broken() {
	need gcc make
	mkdir -p project/.heal
	cd project
	printf 'int main(void)\n{\n\treturn 1 > 2 ? 1 : 0\n}\n' >a.c
	printf 'all:\n\tgcc -o a a.c\n' >Makefile
	! make >../log 2>&1 || return
	cp ../log log
	cp a.c ../a.c.before
}

text() { jq -Rs '{text: .}' "$1" | tr -d '\n'; }

eras='2024-11-05 2025-03-26 2025-06-18 2025-11-25 2026-07-28'

# ---- the protocol

@test "a handshake agrees on the client's version, or on the latest with one" {
	local era
	for era in 2024-11-05 2025-03-26 2025-06-18 2025-11-25; do
		run -0 mcp --era "$era" . </dev/null
		assert_equal "$(answers <<<"$output" | jq -r .result.protocolVersion)" "$era"
	done
	for era in 2026-07-28x 1.0; do
		run -0 mcp --era "$era" . </dev/null
		assert_equal "$(answers <<<"$output" | jq -r .result.protocolVersion)" 2025-11-25
	done
}

@test "every era lists the same tools, in the same order" {
	local era
	for era in $eras; do
		mcp --era "$era" . <<<tools/list >said
		answers <said | tail -n 1 | jq -r '.result.tools[].name' >"names-$era"
		assert_equal "$(wc -l <"names-$era")" 13
		cmp names-2024-11-05 "names-$era"
	done
}

@test "a request of 2026-07-28 needs no handshake, and its result says what it is" {
	mcp --era 2026-07-28 . <<<tools/list >said
	run -0 jq -r '.result | .resultType, .ttlMs, .cacheScope, ._meta["io.modelcontextprotocol/serverInfo"].name' said
	assert_output $'complete\n0\nprivate\nheal'
	mcp --era 2026-07-28 . <<<server/discover >said
	run -0 jq -r '.result | .supportedVersions[0], .capabilities.tools' said
	assert_output $'2026-07-28\n{}'
}

@test "a request of 2026-07-28 without its capabilities, of an unknown version or for a method of before is refused" {
	local meta='"io.modelcontextprotocol/protocolVersion"'
	mcp --era none . >said <<-END
		raw {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{$meta:"2026-07-28"}}}
		read
		raw {"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"_meta":{$meta:"2031-01-01","io.modelcontextprotocol/clientCapabilities":{}}}}
		read
		raw {"jsonrpc":"2.0","id":3,"method":"ping","params":{"_meta":{$meta:"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}
		read
		raw {"jsonrpc":"2.0","id":4,"method":"tools/list"}
		read
	END
	run -0 jq -r '.error.code' said
	assert_output $'-32602\n-32022\n-32601\n-32602'
	run -0 jq -r 'select(.id == 2).error.data | .requested, .supported[0]' said
	assert_output $'2031-01-01\n2026-07-28'
}

@test "what is no message of JSON-RPC gets the error that the standard names" {
	mcp . >said <<-'END'
		raw {"jsonrpc":
		read
		raw []
		read
		raw {"id":7,"method":"ping"}
		read
		raw {"jsonrpc":"2.0","id":1.5,"method":"ping"}
		read
		raw {"jsonrpc":"2.0","id":null,"method":"ping"}
		read
		raw "\xff"
		read
		no/such/method
		tools/call {"name":"no_such_tool"}
		resources/read {"uri":"heal://nothing"}
		prompts/get {"name":"nothing"}
		tools/list {"cursor":"x"}
	END
	run -0 jq -r 'select(.id != 1) | .error.code' said
	assert_output "$(printf '%s\n' -32700 -32600 -32600 -32600 -32600 -32700 -32601 -32602 -32002 -32602 -32602)"
}

@test "a batch is answered as one, where the version has batches" {
	local batch='[{"jsonrpc":"2.0","id":8,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"detect","arguments":{"text":""}}}]'
	printf 'raw %s\nread\n' "$batch" | mcp --era 2025-03-26 . >said
	run -0 jq -c 'select(type == "array") | map(.id) | sort' said
	assert_output '[8,9]'
	printf 'raw %s\nread\n' "$batch" | mcp --era 2025-06-18 . >said
	run -0 jq -c 'select(.error).error.code' said
	assert_output -- -32600
}

@test "ping and log levels" {
	mcp . >said <<-'END'
		ping
		logging/setLevel {"level":"info"}
		logging/setLevel {"level":"loud"}
	END
	run -0 jq -c 'select(.id > 1) | .result // .error.code' said
	assert_output $'{}\n{}\n-32602'
}

@test "every announced schema is one, and every result fits its schema" {
	broken
	mcp --command make . >../said <<-END
		tools/list
		call detect $(text log)
		call analyze {"file":"log"}
		call preview $(text log)
		call get_healing_status
		call perform_health_check
		call explain $(text log | jq -c '. + {rule: "gcc.diagnostic"}')
		call trigger_healing_session {"command":"make","apply":false}
		call trigger_healing_session {"command":"make"}
		call history
	END
	run -0 /usr/bin/python3 - ../said <<-'END'
		import json, sys
		import jsonschema
		said = [json.loads(line) for line in open(sys.argv[1])]
		tools = {t["name"]: t for m in said for t in m.get("result", {}).get("tools", [])}
		for tool in tools.values():
		    for schema in tool["inputSchema"], tool["outputSchema"]:
		        jsonschema.Draft202012Validator.check_schema(schema)
		names = "detect analyze preview get_healing_status perform_health_check explain trigger_healing_session".split()
		names += ["trigger_healing_session", "history"]
		for name, m in zip(names, [m for m in said if "structuredContent" in m.get("result", {})], strict=True):
		    result = m["result"]
		    jsonschema.validate(result["structuredContent"], tools[name]["outputSchema"])
		    assert json.loads(result["content"][0]["text"]) == result["structuredContent"], name
		    assert result["isError"] is False, (name, result)
		    print(name)
	END
	assert_line history
}

@test "a tool that only reads is announced as one, and changes nothing" {
	broken
	touch -d '2001-01-01' a.c
	find . -printf '%P %T@ %s\n' | sort >../before
	mcp --command make . >../said <<-END
		tools/list
		call detect $(text log)
		call analyze $(text log)
		call preview $(text log)
		call get_healing_status
		call history
	END
	find . -printf '%P %T@ %s\n' | sort >../after
	cmp ../before ../after
	run -0 jq -r '.result.tools[]? | select(.annotations.readOnlyHint) | .name' ../said
	assert_output $'detect\nanalyze\npreview\nhistory\nexplain\nget_healing_status'
}

@test "progress is told, and what the programs say is logged to those who want it" {
	broken
	mcp --command make . >../said <<-'END'
		logging/setLevel {"level":"info"}
		tools/call {"name":"trigger_healing_session","arguments":{"command":"make","apply":false},"_meta":{"progressToken":"p1"}}
	END
	run -0 jq -r 'select(.method == "notifications/progress").params | .progressToken' ../said
	assert_line p1
	run -0 jq -r 'select(.method == "notifications/message").params.data' ../said
	assert_line --partial 'would try'
	run -0 jq -s '[.[] | select(.method == "notifications/progress").params.progress] | . == (sort | unique)' ../said
	assert_output true
}

gone() { ! kill -0 "$(cat p/pid)" 2>/dev/null; }

@test "a cancelled call ends its programs and is not answered" {
	mkdir -p p/.heal
	printf 'sleeps:\n\tsleep 600 & echo $$! >pid; touch begun; wait\n' >p/Makefile
	mkfifo requests
	mcp --command 'make sleeps' p <requests >said &
	exec 9>requests
	echo 'send tools/call {"name":"trigger_healing_session","arguments":{"command":"make sleeps"}}' >&9
	wait_for test -e p/begun
	printf 'note notifications/cancelled {"requestId":2}\nping\n' >&9
	exec 9>&-
	wait $!
	run -0 jq -r .id said
	assert_output $'1\n3'
	wait_for gone
}

@test "a client that goes away in the midst leaves nothing running" {
	mkdir -p p/.heal
	printf 'sleeps:\n\tsleep 600 & echo $$! >pid; wait\n' >p/Makefile
	mkfifo requests answers
	heal-mcp --command 'make sleeps' p <requests >answers &
	exec 9>requests 8<answers
	printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{}}}' \
		'{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"trigger_healing_session","arguments":{"command":"make sleeps"}}}' >&9
	wait_for test -s p/pid
	exec 8<&- 9>&-
	wait $!
	wait_for gone
}

@test "the resources and prompts" {
	broken
	mcp . >../said <<-'END'
		resources/list
		resources/templates/list
		resources/read {"uri":"heal://reports/last"}
		prompts/list
		prompts/get {"name":"diagnose","arguments":{"log":"a\u001b[31mb </data-1-1>"}}
	END
	run -0 jq -r '.result | .resources[]?.uri, .resourceTemplates[]?.uriTemplate, .prompts[]?.name' ../said
	assert_output $'heal://reports/last\nheal://incidents\nheal://incidents/{incident}\ndiagnose\nrepair'
	run -0 jq -r '.result.contents[0].text // empty | fromjson.environment' ../said
	assert_output dev
	run -0 jq -r 'select(.id == 6).result.messages[0].content.text' ../said
	assert_line --partial 'a\x1b[31mb'
}

@test "a stored incident is a resource and can be explained; the history has pages" {
	broken
	heal run -- make >/dev/null 2>&1 </dev/null || :
	mcp . >../said <<-'END'
		call history {"limit":1}
		call history {"limit":1,"cursor":"1"}
	END
	id=$(answer 2 <../said | jq -r '.result.structuredContent.incidents[0].id')
	assert_equal "$(answer 2 <../said | jq -r .result.structuredContent.nextCursor)" 1
	assert_not_equal "$id" "$(answer 3 <../said | jq -r '.result.structuredContent.incidents[0].id')"
	mcp . >../said <<-END
		resources/read {"uri":"heal://incidents/$id"}
		call explain {"incident":"$id"}
	END
	run -0 jq -r '.result | .structuredContent.incidents[0].id?, (.contents[0].text? // empty | fromjson.incidents[0].id)' ../said
	assert_line "$id"
}

# ---- repairs

@test "a repair that the user confirms is applied, proven and recorded, in the eras that can ask" {
	broken
	for era in 2025-06-18 2025-11-25 2026-07-28; do
		cp ../a.c.before a.c
		mcp --era "$era" --answer yes --command make . >../said <<-'END'
			call trigger_healing_session {"command":"make"}
			call undo
		END
		run -0 jq -r '.result.structuredContent | select(.session).session.status' ../said
		assert_output healed
		run -0 jq -r '.result.structuredContent.incidents[]?.fix.confirmed // empty' ../said
		assert_output mcp:a_test
		run -0 jq -r '.result.structuredContent | select(has("undone")).undone' ../said
		assert_output true
		cmp a.c ../a.c.before
		rm -rf "$XDG_STATE_HOME/heal"
	done
}

@test "the question shows the diff, the risk and the project" {
	broken
	mcp --answer yes --command make . >../said <<<'call trigger_healing_session {"command":"make"}'
	run -0 jq -r 'select(.method == "elicitation/create").params | .message, (.requestedSchema.required | join(" "))' ../said
	assert_line --partial "$PWD"
	assert_line --partial 'risk green'
	assert_line '+	return 1 > 2 ? 1 : 0;'
	assert_line approve
}

@test "without a yes nothing is changed" {
	broken
	local answer caps
	for answer in no; do
		for caps in '{"elicitation":{}}' '{}' '{"elicitation":{"url":{}}}'; do
			for era in 2025-11-25 2026-07-28; do
				mcp --era "$era" --answer "$answer" --caps "$caps" --command make . >../said <<<'call trigger_healing_session {"command":"make"}'
				cmp a.c ../a.c.before
				run -0 jq -r '.result.structuredContent.messages[]? | select(contains("heal review show"))' ../said
				assert_output --partial 'a plan waits for a person'
				[[ $caps == *'{}}' ]] || refute grep -q elicitation/create ../said
				rm -rf "$XDG_STATE_HOME/heal"
			done
		done
	done
}

@test "the person who starts heal-mcp may confirm in advance" {
	broken
	mcp --yes --command make . >../said <<<'call trigger_healing_session {"command":"make"}'
	run -0 jq -r '.result.structuredContent.session.status // empty' ../said
	assert_output healed
	refute grep -q elicitation/create ../said
}

@test "in production, and where mcp.approve does not permit it, nobody is asked" {
	broken
	HEAL_ENV=production mcp --answer yes --command make . >../said <<-END
		call trigger_healing_session {"command":"make"}
		call apply $(text log)
	END
	refute grep -q elicitation/create ../said
	cmp a.c ../a.c.before
	rm -rf "$XDG_STATE_HOME/heal"
	HEAL_MCP_APPROVE=none mcp --answer yes --command make . >../said <<-END
		call trigger_healing_session {"command":"make"}
		call apply $(text log)
	END
	refute grep -q elicitation/create ../said
	cmp a.c ../a.c.before
}

@test "apply fixes what a text reports, after a yes, and validates it" {
	broken
	mcp --answer yes --command make . >../said <<<"call apply $(text log | jq -c '. + {command: "make"}')"
	run -0 jq -r '.result.structuredContent.incidents[]? | select(.fix.status == "applied") | .validation.status' ../said
	assert_output passed
	make
	heal-log history | grep -q fixed
}

@test "only the named commands are run" {
	broken
	mcp --command make . >../said <<-'END'
		call trigger_healing_session {"command":"touch x"}
		call trigger_healing_session {"command":"make -n"}
		call apply {"text":"","command":"touch x"}
	END
	run -0 jq -r 'select(.result.isError).id' ../said
	assert_output $'2\n3\n4'
	[[ ! -e x ]]
	mcp . >../said <<<'call trigger_healing_session {"command":"make"}'
	run -0 jq -r '.result.content[0].text // empty' ../said
	assert_output --partial 'start heal-mcp with --command'
	HEAL_MCP_COMMANDS=make mcp . >../said <<<'call trigger_healing_session {"command":"make","apply":false}'
	run -0 jq -r '.result.structuredContent.session.first_exit_code // empty' ../said
	assert_output 2
	mcp --any-command . >../said <<<'call trigger_healing_session {"command":"make -s","apply":false}'
	run -0 jq -r '.result.structuredContent.session.first_exit_code // empty' ../said
	assert_output 2
}

# ---- health

@test "monitoring is started, shown and stopped; a loop needs the user's setting" {
	mkdir -p p/.heal
	mcp p >said <<-'END'
		call start_healing_loop
		call start_health_monitoring {"interval":3600}
		call get_healing_status
		call start_health_monitoring
		call stop_health_monitoring
		call stop_health_monitoring
	END
	run -0 jq -c 'select(.id > 1).result | [.isError, .structuredContent.monitored]' said
	assert_output $'[true,null]\n[false,true]\n[false,true]\n[true,false]\n[false,false]\n[false,false]'
	HEAL_HEALTH_HEAL=true mcp p >said <<-'END'
		call start_healing_loop {"interval":3600}
		call stop_health_monitoring
	END
	run -0 jq -c 'select(.id > 1).result | [.isError, .structuredContent.monitored]' said
	assert_output $'[false,true]\n[false,false]'
}

@test "a health check is reported and stored" {
	mkdir -p p/.heal
	printf 'def f(x)\n  return x\n' >p/a.py
	mcp p >said <<-'END'
		call perform_health_check
		call get_healing_status
	END
	run -0 jq -r 'select(.id > 1).result.structuredContent.report.overall_status' said
	assert_output $'critical\ncritical'
}

# ---- bounds

@test "the client's roots narrow the folders, and do not widen them" {
	mkdir -p a/.heal b/.heal c/.heal
	mcp --caps '{"roots":{}}' --roots "[{\"uri\":\"file://$PWD/b\"},{\"uri\":\"file://$PWD/c\"}]" a b >said <<-END
		read
		call detect {"text":"","folder":"$PWD/a"}
		call detect {"text":"","folder":"$PWD/b"}
		call detect {"text":"","folder":"$PWD/c"}
	END
	run -0 jq -r 'select(.result.content).result.isError' said
	assert_output $'true\nfalse\ntrue'
}

@test "a project around the folder that was not given is not touched" {
	mkdir -p outer/.heal outer/inner
	mcp outer/inner >said <<<'call detect {"text":""}'
	run -0 jq -r '.result.content[0].text // empty' said
	assert_output --partial 'which is not below a folder given to heal-mcp'
}

@test "without folders neither / nor the home directory is offered" {
	cd "$HOME"
	run -2 heal-mcp </dev/null
	assert_output --partial 'name the folders'
	cd /
	run -2 heal-mcp </dev/null
}

@test "calls are limited by the minute, those that change something more" {
	mkdir -p p/.heal
	yes 'call detect {"text":""}' | head -n 8 | HEAL_MCP_CALLS=5 mcp p >said
	run -0 jq -c 'select(.result.content).result.isError' said
	assert_output "$(printf '%s\n' false false false false false true true true)"
	printf '%s\n' 'call undo' 'call undo' | HEAL_MCP_CALLS=5 mcp p >said
	run -0 jq -r 'select(.id == 3).result.content[0].text' said
	assert_output --partial 'too many calls of undo'
}

@test "a project file cannot permit commands or raise the limits" {
	mkdir -p p/.heal
	echo '{"mcp":{"commands":["make"],"calls":10000,"approve":"amber"}}' >p/.heal/config.json
	HEAL_MCP_APPROVE=none mcp p >said 2>err <<<'call get_healing_status'
	run -0 jq -c '.result.structuredContent.commands // empty' said
	assert_output '[]'
}

# ---- set-up

@test "install shows and writes a client's settings, keeps what is there, and does it once" {
	mkdir -p p/.heal && cd p
	printf '{\n  "k": [1,  2],\n  "mcpServers": {\n    "x": {"command": "y"}\n  }\n}' >.mcp.json
	cp .mcp.json ../before
	run -3 heal mcp install claude-code
	assert_line --partial '"mcpServers": {"heal"'
	cmp .mcp.json ../before
	run -0 heal mcp install --yes claude-code codex cursor
	cmp .mcp.json.before-heal ../before
	run -0 jq -c '[.k, .mcpServers.x.command, .mcpServers.heal.args]' .mcp.json
	assert_output '[[1,2],"y",["."]]'
	grep -qF '"k": [1,  2],' .mcp.json
	run -0 /usr/bin/python3 -c 'import tomllib, sys; print(tomllib.load(open(sys.argv[1], "rb"))["mcp_servers"]["heal"]["args"])' "$HOME/.codex/config.toml"
	assert_output "['$PWD']"
	jq -e '.mcpServers.heal.args == ["${workspaceFolder}"]' .cursor/mcp.json
	cp .mcp.json ../once
	run -0 heal mcp install --yes claude-code codex cursor
	assert_line --partial 'nothing to do'
	cmp .mcp.json ../once
}

@test "install adds a second project to settings of the user, and refuses what it cannot keep" {
	mkdir -p p/.heal q/.heal "$HOME/.config/Claude"
	(cd p && heal mcp install --yes claude-desktop)
	(cd q && heal mcp install --yes claude-desktop)
	run -0 jq -c '.mcpServers.heal.args' "$HOME/.config/Claude/claude_desktop_config.json"
	assert_output "[\"$PWD/p\",\"$PWD/q\"]"
	cd p
	mkdir .vscode
	printf '{ // a comment\n  "servers": {}\n}\n' >.vscode/mcp.json
	cp .vscode/mcp.json ../before
	run -3 heal mcp install --yes vscode
	assert_output --partial 'by hand'
	cmp .vscode/mcp.json ../before
	ln -s "$HOME" .gemini
	echo '{}' >"$HOME/settings.json"
	run -2 heal mcp install --yes gemini
	assert_output --partial 'leads out of the project'
	run -2 heal mcp install no-such-client
}

@test "install lists the clients; agents prints a section for AGENTS.md" {
	mkdir -p p/.heal && cd p
	run -0 heal mcp install
	assert_line --partial claude-code
	run -0 heal mcp agents
	assert_line --index 0 '## Failing builds and tests'
}

# ---- the official clients

@test "the official Python client: every era, with a confirmed repair" {
	[[ -n ${HEAL_TEST_MCP_PYTHON:-} ]] || skip 'HEAL_TEST_MCP_PYTHON is not set'
	broken
	for mode in legacy auto 2026-07-28; do
		cp ../a.c.before a.c
		run -0 "$HEAL_TEST_MCP_PYTHON" "$HEAL_SOURCE/tests/mcp_client.py" "$(command -v heal-mcp)" "$mode" "$PWD"
		assert_line 'session False healed asked 1'
		assert_line 'undo True'
		rm -rf "$XDG_STATE_HOME/heal"
	done
}

@test "the official TypeScript clients" {
	[[ -n ${HEAL_TEST_MCP_NODE:-} ]] || skip 'HEAL_TEST_MCP_NODE is not set'
	broken
	project=$PWD
	for which in sdk client; do
		[[ -e $HEAL_TEST_MCP_NODE/node_modules/@modelcontextprotocol/$which ]] || continue
		cp ../a.c.before a.c
		cd "$HEAL_TEST_MCP_NODE"
		run -0 node "$HEAL_SOURCE/tests/mcp_client.mjs" "$(command -v heal-mcp)" "$project" "$which"
		assert_line 'session healed asked 1'
		assert_line 'undo true'
		cd "$project"
		rm -rf "$XDG_STATE_HOME/heal"
	done
}

@test "the official Inspector" {
	local inspector=${HEAL_TEST_MCP_NODE:-/nonexistent}/node_modules/.bin/mcp-inspector
	[[ -x $inspector ]] || skip 'no mcp-inspector below HEAL_TEST_MCP_NODE'
	mkdir -p p/.heal
	run -0 --separate-stderr "$inspector" --cli "$(command -v heal-mcp)" "$PWD/p" --method tools/list
	assert_equal "$(jq '.tools | length' <<<"$output")" 13
	run -0 --separate-stderr "$inspector" --cli "$(command -v heal-mcp)" "$PWD/p" --method tools/call --tool-name get_healing_status
	assert_equal "$(jq -r '.structuredContent.environment' <<<"$output")" dev
}
