<?php
require_once __DIR__ . '/lib/Tres.php';

use Park\Tree;

$oak = new Tree('oak', 90);
echo $oak->line(), PHP_EOL;
