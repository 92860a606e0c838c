f() {echo hi; }
f
