# packages.bats - what a project declares and lacks is installed, for real: an index on loopback, folders and archives

setup() {
	load helper
	heal_setup
	need jq
	unset GOFLAGS PIP_INDEX_URL PIP_NO_INDEX
}

teardown() {
	[[ -z ${server:-} ]] || kill "$server"
}

# wheel NAME FOLDER: a package of one module that can say hi, written by hand
wheel() {
	python3 - "$1" "$2" <<-'END'
		import sys, zipfile
		name, folder = sys.argv[1:]
		with zipfile.ZipFile(f"{folder}/{name}-1.0-py3-none-any.whl", "w") as z:
		    z.writestr(f"{name}/__init__.py", "def hello():\n    return 'hi'\n")
		    z.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
		    z.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
		    z.writestr(f"{name}-1.0.dist-info/RECORD", "".join(f"{f},,\n" for f in z.namelist()))
	END
}

# index: serves the folder simple/ on loopback; its address is in $PIP_INDEX_URL
index() {
	: >served
	python3 -u -m http.server --bind 127.0.0.1 0 >served 2>&1 3>&- &
	server=$!
	wait_for port_of served
	export PIP_INDEX_URL=http://127.0.0.1:$port/simple
}

@test "pip: a module that requirements.txt declares is installed into the project's own environment" {
	need python3
	python3 -m venv --help >/dev/null 2>&1 || skip "no venv"
	mkdir -p simple/tinypkg project
	wheel tinypkg simple/tinypkg
	index
	cd project
	python3 -m venv .venv
	printf 'tinypkg==1.0\n' >requirements.txt
	printf 'import tinypkg\nprint(tinypkg.hello())\n' >main.py
	run -0 --separate-stderr heal run --yes -- .venv/bin/python main.py
	assert_equal "$output" hi
}

# undeclared MANIFEST: a program that imports yaml, an index that has PyYAML, an environment that lacks it
undeclared() {
	need python3
	python3 -m venv --help >/dev/null 2>&1 || skip "no venv"
	mkdir -p simple/pyyaml project
	wheel PyYAML simple/pyyaml
	python3 - simple/pyyaml/*.whl <<-'END'
		import sys, zipfile
		with zipfile.ZipFile(sys.argv[1], "a") as z:
		    z.writestr("yaml/__init__.py", "def safe_load(text):\n    return text\n")
	END
	index
	cd project
	python3 -m venv .venv
	printf 'import yaml\nprint(yaml.safe_load("hi"))\n' >main.py
}

@test "pip: what a table maps to the module is put into requirements.txt and installed" {
	undeclared
	printf '# what we need\nother>=1  # some day\n' >requirements.txt
	run -0 --separate-stderr heal run --yes -- .venv/bin/python main.py
	assert_equal "$output" hi
	run -0 cat requirements.txt
	assert_output $'# what we need\nother>=1  # some day\nPyYAML'
}

@test "pip: what a table maps to the module is put into pyproject.toml's list, its comments kept" {
	undeclared
	printf '[project]\nname = "x"\nversion = "1"\n# the list\ndependencies = [\n    "other[a]>=1",  # some day\n    "third"  # no comma\n]\n\n[tool.x]\ndependencies = []\n' >pyproject.toml
	run -0 --separate-stderr heal run --yes -- .venv/bin/python main.py
	assert_equal "$output" hi
	run -0 cat pyproject.toml
	assert_line -n 5 '    "other[a]>=1",  # some day'
	assert_line -n 6 '    "third",  # no comma'
	assert_line -n 7 '    "PyYAML",'
	assert_line -n 8 ']'
	assert_line 'dependencies = []'
}

@test "pip: a module that nothing declares is a person's, and no name is put into their hands" {
	need python3
	printf 'import tinypkg\n' >main.py
	run -1 --separate-stderr heal run --yes -- python3 main.py
	[[ $stderr == *'is not installed here'* ]]
	[[ $stderr != *'pip install tinypkg'* ]]
}

@test "npm: what package.json declares is installed" {
	need npm node
	mkdir -p vendor/tiny
	echo '{"name": "tiny", "version": "1.0.0", "main": "tiny.js"}' >vendor/tiny/package.json
	echo 'module.exports = () => "hi"' >vendor/tiny/tiny.js
	echo '{"name": "project", "version": "1.0.0", "dependencies": {"tiny": "file:vendor/tiny"}}' >package.json
	echo 'console.log(require("tiny")())' >index.js
	run -0 --separate-stderr heal run --yes -- node index.js
	[[ $output == *hi ]]
}

@test "go: a module that is only replaced is required, offline" {
	need go
	export GOPROXY=off GOTOOLCHAIN=local
	mkdir lib
	printf 'module example.org/lib\n\ngo 1.19\n' >lib/go.mod
	printf 'package lib\n\nfunc Hi() string { return "hi" }\n' >lib/lib.go
	printf 'module project\n\ngo 1.19\n\nreplace example.org/lib => ./lib\n' >go.mod
	printf 'package main\n\nimport "example.org/lib"\n\nfunc main() { println(lib.Hi()) }\n' >main.go
	run -0 heal run --yes -- go build -o built .
	run -0 ./built
	assert_output hi
}

@test "ansible-galaxy: a list that names a file instead of a collection waits for a person" {
	need ansible-playbook ansible-galaxy
	mkdir collections
	ansible-galaxy collection init --init-path made me.tools >/dev/null
	mkdir -p made/me/tools/plugins/modules
	printf '#!/usr/bin/python\nfrom ansible.module_utils.basic import AnsibleModule\nAnsibleModule(argument_spec={}).exit_json(changed=False)\n' \
		>made/me/tools/plugins/modules/noop.py
	ansible-galaxy collection build --output-path collections made/me/tools >/dev/null
	printf 'collections:\n  - name: collections/me-tools-1.0.0.tar.gz\n    type: file\n' >requirements.yml
	printf -- '- hosts: localhost\n  gather_facts: false\n  tasks:\n    - me.tools.noop:\n' >site.yml
	run heal run --yes --rerun -- ansible-playbook site.yml
	((status != 0))
	[[ $output == *'no plain requirement'* && $output != *'ok=1'* ]]
}
