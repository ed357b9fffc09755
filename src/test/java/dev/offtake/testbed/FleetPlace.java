package dev.offtake.testbed;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Where one node of a fleet stands and what is in it.
 *
 * @param fleet prefix of the fleet, so that topology values of two fleets differ
 * @param block from 0 in the fleet
 * @param rack from 0 in the fleet, not in the block
 * @param tray from 0 in the rack
 * @param node name of the node
 * @param product as GPU Feature Discovery writes it
 */
record FleetPlace(
        String fleet, int block, int rack, int tray, String node, String product, GpuProduct hardware, int gpus) {

    String blockName() {
        return fleet + "-block-" + block;
    }

    String rackName() {
        return fleet + "-rack-" + rack;
    }

    String coreName() {
        return fleet + "-core";
    }

    /** Cluster UUID and clique id, as the fabric manager of an NVL72 gives them. */
    String clique() {
        return UUID.nameUUIDFromBytes(rackName().getBytes(StandardCharsets.UTF_8)) + ".32766";
    }
}
