<?php
namespace Sea;

class Boat
{
    private array $crew = [];
    private string $name;

    public function __construct(string $name)
    {
        $this->name = $name;
    }

    public function board(string $who): void
    {
        $seats = 2;
        if (count($this->crew) >= $seats) {
            throw new \LengthException("full");
        } elseif ($who === "") {
            return;
        }
        $this->crew[] = $who;
    }

    public function list(): string
    {
        return $this->name . ": " . implode(", ", $this->crew);
    }
}
