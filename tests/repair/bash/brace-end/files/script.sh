f() { echo hi }
f
