package dev.offtake.schedule;

import dev.offtake.contract.CommitmentId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How promises and demand stand at one instant.
 *
 * @param contracts all admitted ones, by name
 * @param waiting GPUs that work waits for, by the commitment that it would draw on first
 * @param waits gangs of which something waits, by why
 * @param unserved demand within the commitments that waits, in the order of the gangs' names
 */
public record Standing(
        Map<String, ContractView> contracts,
        Map<CommitmentId, Integer> waiting,
        Map<Reason.Code, Integer> waits,
        List<Unserved> unserved) {
    public Standing {
        contracts = Collections.unmodifiableMap(new TreeMap<>(contracts));
        waiting = Collections.unmodifiableMap(new TreeMap<>(waiting));
        waits = Collections.unmodifiableMap(new TreeMap<>(waits));
        unserved = List.copyOf(unserved);
    }
}
