<?php
require_once __DIR__ . '/lib/Tree.php';

use Park\Tree;

$oak = new Shrub('oak', 90);
echo $oak->line(), PHP_EOL;
