<?php
echo strtoupper("a";
