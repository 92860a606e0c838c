#!/usr/bin/env bats
# heal-monitor: the dependencies that a project declares, against its lock files, its environment and its imports.

setup() {
	load helper
	heal_setup
	mkdir .heal
	export HEAL_HEALTH_WITHOUT=node-dependencies:go-dependencies:cargo-dependencies:ruby-dependencies:python-environment:go-build:cargo-check:go-vet
}

# Each finding as SEVERITY PLACE, and its text.
findings() {
	heal-monitor --no-store >report || :
	jq -r '.health.issues[] | select(.check == "declared-dependencies") | "\(.severity) \(.location) \(.description)"' report | sort
}

@test "a lock file that lacks a declared package is out of date" {
	printf '{\n  "dependencies": {\n    "express": "^4",\n    "lodash": "^4",\n    "mine": "file:../mine"\n  }\n}\n' >package.json
	printf '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"express": "^4"}}, "node_modules/express": {"version": "4.0.0"}}}\n' >package-lock.json
	run -0 findings
	assert_output "5 package.json:4 'lodash' is declared, but not in package-lock.json, which is out of date"
	heal_schema_check report
}

@test "a lock file of a version that is not read says nothing" {
	printf '{"dependencies": {"express": "^4"}}\n' >package.json
	printf '{"lockfileVersion": 1, "dependencies": {"express": {"version": "4.0.0"}}}\n' >package-lock.json
	run -0 findings
	assert_output ''
}

@test "lock files of Cargo, Go, Bundler, Composer and uv are compared, with what need not be in them" {
	mkdir crate
	printf '[workspace]\nmembers = ["crate"]\n' >Cargo.toml
	printf '[package]\nname = "crate"\n\n[dependencies]\nserde = "1"\nother = { version = "1", package = "itoa" }\nryu.workspace = true\n\n[features]\nnone = []\n' >crate/Cargo.toml
	printf '[[package]]\nname = "itoa"\n\n[[package]]\nname = "ryu"\n' >Cargo.lock
	printf 'module x\n\ngo 1.20\n\nrequire (\n\texample.org/a v1.0.0\n\texample.org/b v1.0.0\n\texample.org/c v1.0.0 // indirect\n)\n\nreplace example.org/c => ./c\n' >go.mod
	printf 'example.org/a v1.0.0/go.mod h1:x=\n' >go.sum
	printf 'gem "rack"\ngem "pg", "~> 1"\ngem "old" if RUBY_VERSION < "2"\n' >Gemfile
	printf 'GEM\n  specs:\n    rack (3.0)\n    pg (1.0)\n\nDEPENDENCIES\n  rack\n\nBUNDLED WITH\n   2.4\n' >Gemfile.lock
	printf '{"require": {"php": ">=8", "ext-json": "*", "monolog/monolog": "^3", "psr/log": "^3"}}\n' >composer.json
	printf '{"packages": [{"name": "psr/log"}]}\n' >composer.lock
	printf '[project]\nname = "p"\ndependencies = [\n  "uvicorn[standard]>=0.1", # ]\n  "Ruamel_Yaml",\n  # "dropped",\n  "tzdata; sys_platform == '"'win32'"'",\n  "absent",\n]\n' >pyproject.toml
	printf '[[package]]\nname = "uvicorn"\n\n[[package]]\nname = "ruamel-yaml"\n' >uv.lock
	run -0 findings
	assert_output "$(
		cat <<-'END'
			5 Gemfile:2 'pg' is declared, but not in Gemfile.lock, which is out of date
			5 composer.json:1 'monolog/monolog' is declared, but not in composer.lock, which is out of date
			5 crate/Cargo.toml:5 'serde' is declared, but not in Cargo.lock, which is out of date
			5 go.mod:7 'example.org/b' is declared, but not in go.sum, which is out of date
			5 pyproject.toml:8 'absent' is declared, but not in uv.lock, which is out of date
		END
	)"
}

@test "what the lock file calls deprecated is named with its reason" {
	printf '{"dependencies": {\n "request": "^2"}}\n' >package.json
	printf '{"packages": {"": {"dependencies": {"request": "^2"}}, "node_modules/request": {"version": "2.0.0", "deprecated": "use \\"got\\"", "license": "MIT"}, "node_modules/request/node_modules/deep": {"deprecated": "old"}}}\n' >package-lock.json
	run -0 findings
	assert_output '3 package.json:2 '"'request' is deprecated, says package-lock.json: use \\\"got\\\""
}

@test "a name one slip from a well-known one is named, a known one or a version of it is not" {
	printf 'requests\nreqeusts>=2\nDjango\nboto\nscapy\nScikit_Learn\nnumpi==1 # typo\n-r other.txt\nhttps://example.org/flaskk.tar.gz\n' >requirements.txt
	run -0 findings
	assert_output "$(
		cat <<-'END'
			4 requirements.txt:2 'reqeusts' is not a known package, and one slip from 'requests', which is
			4 requirements.txt:7 'numpi' is not a known package, and one slip from 'numpy', which is
		END
	)"
	[[ $(jq -r '.health.issues[] | select(.location == "requirements.txt:2") | .suggested_fixes[0]' report) == "write 'requests' in requirements.txt"* ]]
}

@test "only what is of use by its import alone, and is named nowhere, is unused" {
	printf '[project]\nname = "p"\ndependencies = ["requests", "click", "attrs", "gunicorn", "psycopg2"]\n' >pyproject.toml
	printf 'import click\n' >a.py
	printf '# needs attr\n' >b.txt
	run -0 findings
	assert_output "2 pyproject.toml:3 'requests' is declared, but nothing imports or names it"
	printf 'We use Requests.\n' >README
	run -0 findings
	assert_output ''
	rm README a.py
	run -0 findings
	assert_output ''
	printf 'import click\n' >a.py
	truncate -s 5M large.dat
	run -0 findings
	assert_output ''
}

@test "what is declared and not in the project's environment is missing" {
	printf 'requests\nScikit_Learn\nflask\npywin32; sys_platform == "win32"\n' >requirements.txt
	run -0 findings
	assert_output ''
	mkdir -p .venv/lib/python3.11/site-packages/{requests-2.0.0,scikit_learn-1.0}.dist-info
	run -0 findings
	assert_output "4 requirements.txt:3 'flask' is declared, but not installed in the project's environment"
}

@test "the same finding is the same issue in the next report" {
	printf 'reqeusts\n' >requirements.txt
	heal-monitor >/dev/null || :
	heal-monitor >report || :
	assert_equal "$(jq -c '[.health.metrics.new, .health.metrics.issues]' report)" '[0,1]'
}

@test "many names and large files end in time and in little memory" {
	need python3
	/usr/bin/python3 - <<-'END'
		import json, os
		for i in range(12):
		    os.makedirs(f"p{i}")
		    json.dump({"dependencies": {f"unknownname{i}x{k}": "1" for k in range(4000)} | {"express": "1"}}, open(f"p{i}/package.json", "w"))
		open("a.js", "w").write("x\n")
		for i in range(60):
		    with open(f"data{i}.txt", "w") as f:
		        f.truncate(4 << 20)
	END
	HEAL_HEALTH_SECONDS=1 /usr/bin/python3 - <<-'END'
		import json, resource, subprocess
		out = subprocess.run(["heal-monitor", "--no-store"], stdout=subprocess.PIPE).stdout
		check = [c for c in json.loads(out)["health"]["checks"] if c["check"] == "declared-dependencies"][0]
		assert check["status"] == "unable" and check["seconds"] < 20, check
		most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
		assert most < 700 << 10, most
	END
}

@test "a link out of the project is not followed to what is installed" {
	mkdir -p "$BATS_TEST_TMPDIR/elsewhere/python3.11/site-packages/click-1.0.dist-info" .venv
	ln -s "$BATS_TEST_TMPDIR/elsewhere" .venv/lib
	printf 'click\nrich\n' >requirements.txt
	run -0 findings
	assert_output ''
}
