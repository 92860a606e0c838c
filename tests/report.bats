#!/usr/bin/env bats
# heal-log report: the store at a glance, on a terminal and as a page that loads and runs nothing.

setup() {
	load helper
	heal_setup
	mkdir .heal
}

# A build that heal repairs, an incident with hostile text, a health report, a deployment and a plan for review.
filled() {
	printf 'int main(void)\n{\n\treturn 0\n}\n' >a.c
	heal run --yes --no-color -- gcc -c a.c </dev/null &>/dev/null
	printf 'b.c:3:5: error: <script>alert(1)</script> "&amp;'\'' <img src=x onerror=alert(2)> \342\200\256 \033[31m\n' |
		heal-detect | heal-log -q
	echo '{"heal":1,"kind":"health","id":"h","time":"2026-11-20T12:01:00.000Z","health":{"project_id":"<b>","overall_status":"good","health_score":0.75,"issues":[]}}' | heal-log -q
	heal-log deploy 'v2<i>' --at 3d >/dev/null
	printf 'all:\n        echo built\n' >Makefile
	HEAL_ENV=production heal run -- make </dev/null &>/dev/null || :
}

# What is wrong with the page in the file: nesting, elements and attributes that load or run something, the style's hash.
page_faults() {
	/usr/bin/python3 - "$1" <<-'END'
	import base64, hashlib, html.parser, re, sys

	VOID = {"meta", "link", "br", "img", "input", "hr"}
	KNOWN = set("html head meta title style body header h1 h2 p nav ul li a main section dl div dt dd svg polyline circle line rect "
	            "text details summary table caption thead tbody tr th td strong article pre ins del span".split())


	class Page(html.parser.HTMLParser):
	    def __init__(self):
	        super().__init__()
	        self.open, self.faults, self.ids, self.links = [], [], set(), set()

	    def handle_starttag(self, tag, attributes):
	        if tag not in KNOWN:
	            self.faults.append(f"<{tag}>")
	        for name, value in attributes:
	            if name.startswith("on") or name in ("style", "src", "srcdoc") or name == "href" and not value.startswith("#"):
	                self.faults.append(f"{name}={value}")
	            if name == "id":
	                self.ids.add(value)
	            if name == "href":
	                self.links.add(value[1:])
	        if tag not in VOID:
	            self.open.append(tag)

	    def handle_startendtag(self, tag, attributes):
	        self.handle_starttag(tag, attributes)
	        self.open.pop()

	    def handle_endtag(self, tag):
	        if not self.open or self.open.pop() != tag:
	            self.faults.append(f"</{tag}>")


	text = open(sys.argv[1], encoding="utf-8").read()
	page = Page()
	page.feed(text)
	style = re.search(r"<style>(.*?)</style>", text, re.S)[1]
	if f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}" not in text:
	    page.faults.append("the hash of the style")
	print(*page.faults, *(f"#{link}" for link in page.links - page.ids), *(f"open <{tag}>" for tag in page.open), sep="\n", end="")
	END
}

@test "the page of a store without incidents says so" {
	echo '{"heal":1,"kind":"event","id":"e","event":{"name":"fix_failed"}}' | heal-log -q
	heal-log report --html >page
	run -0 page_faults page
	assert_output ''
	grep -q 'No incidents yet' page
}

@test "the page has the repair with its diff, the health, the deployment and the plan for review" {
	need gcc make
	filled
	heal-log report --html --output page
	run -0 page_faults page
	assert_output ''
	grep -q '<ins>+.*return 0;' page
	grep -q 'class="curve"' page
	grep -q 'v2&lt;i&gt;' page
	run -0 bash -c 'heal review | head -1 | cut -d" " -f1'
	grep -q "<td>$output" page
}

@test "hostile text is shown, and is no element, attribute or direction" {
	filled
	heal-log report --html --output page
	run -0 page_faults page
	assert_output ''
	run ! grep -qE '<script|<img|<b>' page
	run ! grep -qP '[\x00-\x08\x0b-\x1f\x{202e}]' page
}

@test "a browser shows the page without an error, on a phone and on a desktop" {
	need chromium
	filled
	heal-log report --html --output page.html
	local width
	for width in 360 1440; do
		chromium --headless --no-sandbox --disable-gpu --enable-logging=stderr --window-size="$width",900 \
			--screenshot="$width.png" "file://$PWD/page.html" 2>err
		run ! grep -E 'CONSOLE|Content Security' err
		[[ -s $width.png ]]
	done
}

@test "the text for a terminal has the totals, days and repairs" {
	need gcc
	filled
	run -0 heal-log report
	assert_line 'all projects'
	assert_line --partial 'incidents by day'
	assert_line --partial 'a.c'
	[[ $output != *$'\e'* ]]
	run -0 heal-log report --project .
	assert_line --index 0 "$PWD"
}

@test "ten thousand incidents make a small page" {
	/usr/bin/python3 - >in <<-'END'
	for i in range(10000):
	    print(f'{{"heal":1,"kind":"incident","id":"i{i}","time":"2026-{i % 10 + 1:02}-{i % 28 + 1:02}T10:00:00.000Z","fingerprint":"f{i % 500}",'
	          f'"error":{{"rule":"r{i % 500}","tool":"tool{i % 50}","level":"error","message":"{"long message " * 20}{i}"}}}}')
	END
	heal-log -q in
	heal-log report --html --output page
	run -0 page_faults page
	assert_output ''
	(($(stat -c %s page) < 500000))
}
