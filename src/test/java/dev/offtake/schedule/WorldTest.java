package dev.offtake.schedule;

import static dev.offtake.schedule.Job.job;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorldTest {
    @Test
    void aJobWithinItsContractRuns() {
        World world = World.h100(1).contract(Site.contract("acme", 16, "gpu"));
        Job train = job("acme", "train", 2, 8);
        world.start(train);
        assertThat(world.nodesOf(train)).containsExactly("r1n1", "r1n2");
    }
}
