package dev.offtake.schedule;

import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Views;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that a {@link Scheduler} is told, as a value: it can be written down and told again. Each kind is the method
 * of the scheduler that has its name.
 */
public sealed interface Event {
    /** Tells it. */
    void applyTo(Scheduler scheduler);

    record ReserveAfter(Duration duration) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.reserveAfter(duration);
        }
    }

    record BePatient(Duration longest) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.bePatient(longest);
        }
    }

    record LendInOrder(SpotOrder order) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.lendInOrder(order);
        }
    }

    record StartOverAfter(Duration duration) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.startOverAfter(duration);
        }
    }

    /**
     * Nobody asks which moves are proposed, as in a simulation. It takes less time; and moves that are carried out are found
     * at other times, as it is looked for them only while they might be.
     */
    record ProposeNoMoves() implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.proposeNoMoves();
        }
    }

    record PutPool(Pool pool) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.putPool(pool);
        }
    }

    record RemovePool(String name) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.removePool(name);
        }
    }

    record PutNode(NodeFacts node) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.putNode(node);
        }
    }

    record RemoveNode(String name) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.removeNode(name);
        }
    }

    record PutContract(Contract contract) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.putContract(contract);
        }
    }

    record RemoveContract(String name) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.removeContract(name);
        }
    }

    record Occupy(String podUid, String node, Shape shape) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.occupy(podUid, node, shape);
        }
    }

    record Vacate(String podUid) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.vacate(podUid);
        }
    }

    record Submit(GangSpec gang) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.submit(gang);
        }
    }

    record Report(GangSpec gang, Optional<Decision.Grant> grant) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.report(gang, grant);
        }
    }

    record Withdraw(GangId gang) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.withdraw(gang);
        }
    }

    record Restore(GangSpec gang, Decision.Grant grant, List<Decision.Seats> seats, Optional<Plan> plan)
            implements Event {
        public Restore {
            seats = List.copyOf(seats);
        }

        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.restore(gang, grant, seats, plan);
        }
    }

    record RestoreRefusal(GangId gang, String words, List<String> nodes, Instant since, boolean underWay)
            implements Event {
        public RestoreRefusal {
            nodes = List.copyOf(nodes);
        }

        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.restoreRefusal(gang, words, nodes, since, underWay);
        }
    }

    record RestoreEviction(GangId gang, Reason reason, Optional<Instant> deadline) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.restoreEviction(gang, reason, deadline);
        }
    }

    record Pod(PodFacts pod) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.pod(pod);
        }
    }

    record PodGone(GangId gang, String podUid) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.podGone(gang, podUid);
        }
    }

    record Recorded(GangId gang) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.recorded(gang);
        }
    }

    record RecordFailed(GangId gang) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.recordFailed(gang);
        }
    }

    record ReleaseFailed(GangId gang, String podUid) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.releaseFailed(gang, podUid);
        }
    }

    record RollBackFailed(GangId gang) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.rollBackFailed(gang);
        }
    }

    record ShrinkFailed(GangId gang, String podUid) implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            scheduler.shrinkFailed(gang, podUid);
        }
    }

    /**
     * Somebody looked at what is promised. It is computed when it is needed, from what it was before; when it was
     * computed is therefore part of what happened.
     */
    record Look() implements Event {
        @Override
        public void applyTo(Scheduler scheduler) {
            Views.of(scheduler.cluster());
        }
    }
}
