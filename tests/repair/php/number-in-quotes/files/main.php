<?php
declare(strict_types=1);
require_once __DIR__ . '/lib/Tree.php';

use Park\Tree;

$oak = new Tree('oak', '90');
echo $oak->line(), PHP_EOL;
