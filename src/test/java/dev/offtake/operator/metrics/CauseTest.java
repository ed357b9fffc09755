package dev.offtake.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.CommitmentId;
import dev.offtake.fleet.Pool;
import dev.offtake.fleet.PoolReport;
import dev.offtake.fleet.ProductKey;
import dev.offtake.placement.PoolView;
import dev.offtake.schedule.GangId;
import dev.offtake.schedule.Reason;
import dev.offtake.schedule.Unserved;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CauseTest {
    @ParameterizedTest(name = "{0} short={1} inPart={2} notReady={3} cordoned={4} disputed={5} unmanaged={6}: {7}")
    @CsvSource({
        "RECLAIMING,               false, true,  1, 0, 0, 0, Reclaim",
        "NO_POOL_OF_CLASS,         false, false, 0, 0, 0, 0, NoPool",
        "INSUFFICIENT_GPUS,        true,  false, 1, 1, 1, 8, NodeFault",
        "INSUFFICIENT_GPUS,        false, true,  1, 0, 0, 0, NodeFault",
        "SEATS_TAKEN,              false, true,  0, 0, 0, 0, NodeFault",
        "INSUFFICIENT_WHOLE_CELLS, true,  false, 0, 1, 1, 8, Maintenance",
        "INSUFFICIENT_WHOLE_CELLS, true,  false, 0, 0, 1, 8, Disputed",
        "INSUFFICIENT_GPUS,        true,  false, 0, 0, 0, 8, Unmanaged",
        "INSUFFICIENT_GPUS,        true,  false, 0, 0, 0, 0, Oversold",
        "INSUFFICIENT_RESOURCES,   false, false, 1, 0, 0, 0, OtherResources",
        "INSUFFICIENT_WHOLE_CELLS, false, false, 1, 1, 0, 0, Packing"
    })
    void theCauseIsTheFirstThatApplies(
            Reason.Code code,
            boolean supplyShort,
            boolean inPart,
            int notReady,
            int cordoned,
            int disputed,
            int unmanaged,
            String cause) {
        Unserved demand = new Unserved(
                new GangId("train", "job-a"), new CommitmentId("acme", "base"), 8, code, supplyShort, inPart);

        assertThat(Cause.of(demand, List.of(pool(notReady, cordoned, disputed, unmanaged)))
                        .spelled())
                .isEqualTo(cause);
    }

    private static PoolView pool(int notReady, int cordoned, int disputed, int unmanaged) {
        Pool pool = new Pool(
                "east",
                "h100",
                List.of(),
                List.of(new ProductKey("product", List.of("h100"))),
                "nvidia.com/gpu",
                8,
                List.of(),
                List.of(),
                List.of());
        PoolReport report = new PoolReport(
                "east", 9, 4, 0, 0, cordoned, notReady, disputed, 0, 32, List.of(), List.of(), List.of(), 0, List.of(),
                0, List.of());
        return new PoolView(pool, report, 32, unmanaged, unmanaged, 0, 0, List.of());
    }
}
