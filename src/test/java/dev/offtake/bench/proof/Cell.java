package dev.offtake.bench.proof;

import java.util.ArrayList;
import java.util.List;

/** The pool, or one cell of a level that groups nodes. */
final class Cell {
    final String name;
    /** Its level, {@code pool} for the pool. */
    final String level;
    /** 0 for the pool. */
    final int depth;
    /** Nodes of it that can be sold; without a limit for the pool. */
    final int sellable;
    /** The cells of the next level. */
    final List<Cell> cells = new ArrayList<>();
    /** All nodes in it. */
    final List<Machine> machines = new ArrayList<>();

    Cell(String name, String level, int depth, int sellable) {
        this.name = name;
        this.level = level;
        this.depth = depth;
        this.sellable = sellable;
    }

    /** Healthy nodes in it; where there are cells in it those that can be sold of the usable ones. */
    private int healthy() {
        int sum = 0;
        if (cells.isEmpty()) {
            for (Machine machine : machines) {
                sum += machine.isHealthy() ? 1 : 0;
            }
            return sum;
        }
        for (Cell cell : cells) {
            sum += cell.isUsable() ? cell.sellable : 0;
        }
        return sum;
    }

    boolean isUsable() {
        return depth > 0 && healthy() >= sellable;
    }

    boolean isEmpty() {
        for (Machine machine : machines) {
            if (!machine.held.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Whether an account has work in it. */
    boolean holds(String account) {
        for (Machine machine : machines) {
            if (machine.held.containsKey(account)) {
                return true;
            }
        }
        return false;
    }
}
