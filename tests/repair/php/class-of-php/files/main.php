<?php
require_once __DIR__ . '/lib/Tree.php';

use Park\Tree;

try {
    new Tree('no', -1);
} catch (InvalidArgumentException $e) {
    echo 'refused ';
}
$oak = new Tree('oak', 90);
echo $oak->line(), PHP_EOL;
