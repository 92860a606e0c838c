<?php
$c = parse_ini_file(__DIR__ . "/app.ini");
if ($c === false) {
    exit(1);
}
echo $c["name"], "\n";
