<?php
require __DIR__ . "/src/Boat.php";

use Sea\Port;
use Sea\Boat;

$b = new Boat("Kea");
$b->board("ann");
$b->board("");
echo $b->list(), "\n";
