# repair.bats - every broken tree below repair/ is healed, or left to a person: see repair-case

known=(ansible bash c cmake cpp go java json lua make meson node pasted php python rust terraform typescript yaml)

setup() {
	load helper
	heal_setup
	need jq
}

# All cases of a folder, as many at once as there are processors.
cases_of() {
	local failed
	[[ -d $HEAL_SOURCE/tests/repair/$1 ]] || skip "no cases"
	find "$HEAL_SOURCE/tests/repair/$1" -mindepth 1 -maxdepth 1 -type d -print0 | sort -z |
		xargs -0 -r -n 1 -P "$(nproc)" "$HEAL_SOURCE/tests/repair-case" >"$BATS_TEST_TMPDIR/said" || failed=1
	grep -v '^ok ' "$BATS_TEST_TMPDIR/said" || true
	[[ -z ${failed:-} ]]
}

@test "ansible" {
	cases_of ansible
}

@test "bash" {
	cases_of bash
}

@test "c" {
	cases_of c
}

@test "cmake" {
	cases_of cmake
}

@test "cpp" {
	cases_of cpp
}

@test "go" {
	cases_of go
}

@test "java" {
	cases_of java
}

@test "json" {
	cases_of json
}

@test "lua" {
	cases_of lua
}

@test "make" {
	cases_of make
}

@test "meson" {
	cases_of meson
}

@test "node" {
	cases_of node
}

@test "pasted" {
	cases_of pasted
}

@test "php" {
	cases_of php
}

@test "python" {
	cases_of python
}

@test "rust" {
	cases_of rust
}

@test "terraform" {
	cases_of terraform
}

@test "typescript" {
	cases_of typescript
}

@test "yaml" {
	cases_of yaml
}

@test "folders that no test above names" {
	local folder name failed
	for folder in "$HEAL_SOURCE"/tests/repair/*/; do
		name=$(basename "$folder")
		[[ " ${known[*]} " == *" $name "* ]] || (cases_of "$name") || failed=1
	done
	[[ -z ${failed:-} ]]
}
