<?php
require_once __DIR__ . '/lib/Tree.php';

use Park\Tree;

$oak = new Teee('oak', 90);
echo $oak->line(), PHP_EOL;
