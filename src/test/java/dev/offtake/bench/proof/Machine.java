package dev.offtake.bench.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A node as the rules see it. */
final class Machine {
    final String name;
    /** Its cells, outermost first; the pool comes first. */
    final List<Cell> path;
    /** GPUs that it was bought with. */
    final int sold;
    /** GPUs that it has. */
    int gpus;
    /** Healthy, as far as its GPUs are. */
    boolean up = true;
    /** GPUs that are charged to an account here; {@link Tree#OPEN} is work that draws on no commitment. */
    final Map<String, Integer> held = new TreeMap<>();

    Machine(String name, List<Cell> path, int gpus) {
        this.name = name;
        this.path = new ArrayList<>(path);
        sold = gpus;
        this.gpus = gpus;
        path.forEach(cell -> cell.machines.add(this));
    }

    int working() {
        return up ? gpus : 0;
    }

    boolean isHealthy() {
        return up && gpus == sold;
    }

    int charged() {
        int sum = 0;
        for (int of : held.values()) {
            sum += of;
        }
        return sum;
    }

    /** Changes what an account has here. */
    void hold(String account, int more) {
        int after = held.merge(account, more, Integer::sum);
        if (after < 0) {
            throw new IllegalStateException(account + " gave back more than it had on " + name);
        }
        if (after == 0) {
            held.remove(account);
        }
    }
}
