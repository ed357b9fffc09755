package dev.offtake.schedule;

import dev.offtake.contract.CommitmentId;

/**
 * Demand within a commitment that waits: what its contract promises and does not give now. Not among it is what stands
 * beyond the commitment, what a shape above its unit waits for, and what a gang keeps from itself (fragments of its own
 * cells, selectors that match no node, pods that are not there yet), nor gangs that others place.
 *
 * @param gpus that it waits for
 * @param code why
 * @param supplyShort whether less than committed can be kept now
 * @param inPart whether the gang has its place, and only some of its pods wait
 */
public record Unserved(
        GangId gang, CommitmentId commitment, int gpus, Reason.Code code, boolean supplyShort, boolean inPart) {}
