#!/usr/bin/env bats
# heal-monitor --quality: how complete a project is, and what lowers it.

setup() {
	load helper
	heal_setup
	mkdir .heal
	echo '# x' >README.md
	mkdir tests
	printf '#!/usr/bin/env bats\n@test "a" { [ -e ok ]; }\n' >tests/a.bats
	touch ok
}

report() {
	heal-monitor --no-store --quality >report || :
}

of() { jq -r "$1" report; }
losses() { of '[.health.quality.losses[] | "\(.what) \(.points) \(.count // 0) \(.places // [] | join(","))"] | join("\n")'; }

@test "a complete project has 100, and without the option none is said" {
	need bats
	report
	heal_schema_check report
	assert_equal "$(of '.health.quality | tojson')" '{"score":100,"losses":[]}'
	heal-monitor --no-store >report
	assert_equal "$(of '.health.quality')" null
}

@test "files that others name and that are missing are counted, with their places" {
	need bats
	mkdir src
	printf 'import a from "./a.js"\nimport b from "./b.js"\n// import c from "./c.js"\nimport d from "./dist/d.js"\nimport e from "e"\nimport f from "../../f"\nimport g from "./g"\n' >src/x.mjs
	touch src/a.ts
	mkdir src/g && touch src/g/index.js
	printf -- '-r base.txt\n-c limits.txt\n' >requirements.txt
	touch base.txt
	report
	heal_schema_check report
	assert_equal "$(losses)" 'missing_file 10 2 requirements.txt:2: limits.txt,src/x.mjs:2: ./b.js'
	assert_equal "$(of .health.quality.score)" 90
}

@test "pages, style sheets and makefiles that name missing files are counted, addresses and generated names are not" {
	need bats
	cat >index.html <<-'EOF'
		<link rel="stylesheet" href="style.css?v=2"><script src="https://example.org/a.js"></script>
		<img alt="x" src="there.png"><img src="lost.png"> <a href="#top">up</a> <img src="{{ item }}.png"><img src="data:image/png;base64,AA">
		<!-- <img src="old.png"> -->
	EOF
	printf '@import "./base.css"; @import "normalize.css";\n/* url(gone.png) */\nb { background: url(there.png); }\nc { background: url("lost.png"); }\nd { background: url($name.png) }\n' >style.css
	printf 'include rules.mk\n-include local.mk\ninclude $(TOP)/x.mk\nall:\n\t:\n' >Makefile
	touch there.png
	report
	assert_equal "$(of '.health.quality.losses[] | select(.what == "missing_file") | .places | sort | join(" ")')" \
		'Makefile:1: rules.mk index.html:2: lost.png style.css:1: ./base.css style.css:4: lost.png'
}

@test "bodies that are only a note to write them are placeholders, others are not" {
	need bats
	cat >a.py <<-'EOF'
		def one():
		    pass  # TODO: write it

		def two():
		    """What it does."""
		    # FIXME later
		    raise NotImplementedError("two")

		class Base:
		    def three(self):
		        raise NotImplementedError

		def four():
		    # TODO: faster
		    return compute(1)

		def five():
		    pass
	EOF
	printf 'function a() {\n  // TODO\n}\nfunction b() {\n  // TODO: more\n  return 1 + a();\n}\nfunction c() {}\n// function d() { /* TODO */ }\n' >a.js
	printf 'fn a() -> i32 { todo!() }\n// todo!()\nfn b() -> &'"'"'static str { "todo!()" }\n' >a.rs
	printf 'package a\n\nfunc A() int {\n\tpanic("TODO")\n}\n' >a.go
	report
	assert_equal "$(of '.health.quality.losses[] | select(.what == "placeholder") | .places | sort | join(" ")')" 'a.go:4 a.js:1 a.py:1 a.py:4 a.rs:1'
}

@test "tests that fail, are absent or cannot run, and the lack of documentation" {
	need bats
	rm ok
	report
	assert_equal "$(losses)" 'tests 30 1 '
	rm -r tests
	printf 'x = 1\n' >a.py
	rm README.md
	report
	assert_equal "$(losses)" $'tests 20 1 \ndocumentation 10 1 '
	mkdir tests && touch tests/readme
	report
	assert_equal "$(losses)" $'tests 15 1 \ndocumentation 10 1 '
}

@test "below 70 the command that repairs is recommended" {
	need bats
	rm ok
	report
	assert_equal "$(of '[.health.recommendations[]? | select(.text | test("quality"))] | length')" 0
	rm README.md
	report
	assert_equal "$(of .health.quality.score)" 60
	assert_equal "$(of '.health.recommendations[] | select(.argv) | .argv | join(" ")')" 'heal run -- bats --tap tests'
	run heal-monitor --no-store --quality --format human
	assert_line 'quality 60 of 100'
	assert_line '  -30.0 tests fail'
}

@test "what does not parse lowers it" {
	need bats
	printf 'def f(x)\n' >a.py
	report
	assert_equal "$(losses)" 'build 25 1 '
}
