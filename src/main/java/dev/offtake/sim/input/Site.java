package dev.offtake.sim.input;

import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import java.util.List;

/**
 * What there is and what is promised, in the order in which it was written.
 *
 * @param ignored kinds of objects that a simulation has no use for, each once
 * @param notes what is worth knowing and no error
 */
public record Site(
        List<Pool> pools, List<NodeFacts> nodes, List<Contract> contracts, List<String> ignored, List<String> notes) {
    public Site {
        pools = List.copyOf(pools);
        nodes = List.copyOf(nodes);
        contracts = List.copyOf(contracts);
        ignored = List.copyOf(ignored);
        notes = List.copyOf(notes);
    }
}
