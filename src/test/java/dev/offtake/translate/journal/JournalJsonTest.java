package dev.offtake.translate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.offtake.contract.CommitmentId;
import dev.offtake.contract.Contract;
import dev.offtake.contract.Interval;
import dev.offtake.contract.SubTenant;
import dev.offtake.placement.Tier;
import dev.offtake.schedule.Checkpoint;
import dev.offtake.schedule.Decision;
import dev.offtake.schedule.Event;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.GangSpec;
import dev.offtake.schedule.Plan;
import dev.offtake.schedule.Reason;
import dev.offtake.schedule.SpotOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JournalJsonTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456789Z");
    private static final GangId CLAIMANT = new GangId("train", "job-claimant");
    private static final GangId VICTIM = new GangId("play", "job-victim");
    private static final Decision.Grant GRANT =
            new Decision.Grant(new CommitmentId("acme", "base"), Tier.SPOT, NOW, Optional.of(NOW.plusSeconds(60)));
    private static final List<Decision.Seats> SEATS = List.of(
            new Decision.Seats("workers", Tier.SPOT, 2, List.of("n1", "n2")),
            new Decision.Seats("workers", Tier.SPOT, 1, List.of("n3"), Optional.of(NOW)));
    private static final Plan PLAN = new Plan(
            List.of(VICTIM),
            List.of(new Plan.Part(new GangId("train", "job-elastic"), List.of("uid-1", "uid-2"))),
            NOW.plusSeconds(120));

    private static void assertIsReadAsItWasWritten(JournalLine line) throws JsonProcessingException {
        assertThat(JournalJson.read(JournalJson.write(line))).isEqualTo(line);
    }

    @Test
    void aRecordIsReadWithItsPlanAndWithout() throws JsonProcessingException {
        assertIsReadAsItWasWritten(new JournalLine.Decided(
                NOW,
                List.of(
                        new Decision.Record(CLAIMANT, GRANT, SEATS, Optional.of(PLAN)),
                        new Decision.Record(CLAIMANT, GRANT, SEATS, Optional.empty()))));
    }

    @Test
    void anEvictionIsReadWithWhoNeedsTheGpusUntilWhenAndWhy() throws JsonProcessingException {
        Reason reason = Reason.of(Reason.Code.RECLAIMED, "gpus", "8", "tier", "Reserved");

        assertIsReadAsItWasWritten(new JournalLine.Decided(
                NOW, List.of(new Decision.Evict(VICTIM, CLAIMANT, NOW.plusSeconds(120), reason))));
    }

    @Test
    void aPlacementThatWasTakenOverIsReadWithItsPlanAndItsCheckpoints() throws JsonProcessingException {
        GangSpec gang = new GangSpec(
                CLAIMANT,
                "acme",
                Optional.empty(),
                List.of(),
                List.of(Tier.RESERVED, Tier.SPOT),
                "nvidia.com/gpu",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                NOW,
                Optional.empty(),
                Optional.of(new Checkpoint(Duration.ofMinutes(30), Duration.ofMinutes(5))),
                Optional.of("maker"),
                true);

        assertIsReadAsItWasWritten(
                new JournalLine.Applied(NOW, new Event.Restore(gang, GRANT, SEATS, Optional.of(PLAN))));
        assertIsReadAsItWasWritten(
                new JournalLine.Applied(NOW, new Event.Restore(gang, GRANT, SEATS, Optional.empty())));
    }

    @Test
    void aContractIsReadWithItsSubTenantsAndAGangWithItsOwn() throws JsonProcessingException {
        Contract contract = new Contract(
                "acme-2026",
                "acme",
                new Interval(NOW, NOW.plusSeconds(3600)),
                NOW,
                List.of(),
                Optional.empty(),
                List.of(
                        new SubTenant("research", 30, OptionalInt.of(100)),
                        new SubTenant("batch", 1, OptionalInt.empty())));
        GangSpec gang = new GangSpec(
                CLAIMANT,
                "acme",
                Optional.empty(),
                List.of(),
                List.of(Tier.RESERVED),
                "nvidia.com/gpu",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                NOW,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                true,
                Optional.of("research"));

        assertIsReadAsItWasWritten(new JournalLine.Applied(NOW, new Event.PutContract(contract)));
        assertIsReadAsItWasWritten(new JournalLine.Applied(NOW, new Event.Submit(gang)));
    }

    @Test
    void thePatienceIsReadThatItWasTold() throws JsonProcessingException {
        assertIsReadAsItWasWritten(new JournalLine.Applied(NOW, new Event.BePatient(Duration.ofMinutes(90))));
        assertIsReadAsItWasWritten(new JournalLine.Applied(NOW, new Event.LendInOrder(SpotOrder.LARGEST_FIRST)));
    }

    @Test
    void aRefusalThatWasTakenOverIsReadWithWhenItWas() throws JsonProcessingException {
        assertIsReadAsItWasWritten(new JournalLine.Applied(
                NOW, new Event.RestoreRefusal(VICTIM, "0/2 nodes", List.of("n1"), NOW.minusSeconds(30), true)));
    }
}
