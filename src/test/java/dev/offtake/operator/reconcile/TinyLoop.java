package dev.offtake.operator.reconcile;

import dev.offtake.contract.Contract;
import dev.offtake.fleet.NodeFacts;
import dev.offtake.fleet.Pool;
import dev.offtake.placement.Views;
import dev.offtake.schedule.ContractViews;
import dev.offtake.schedule.Scheduler;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** A deciding thread: tells the scheduler everything at once and publishes after each change. */
final class TinyLoop implements Inbox, AutoCloseable {
    private final Scheduler scheduler = new Scheduler();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> contractListeners = new CopyOnWriteArrayList<>();
    private final StatusBoard board;
    private final Clock clock;

    TinyLoop(StatusBoard board, Clock clock) {
        this.board = board;
        this.clock = clock;
    }

    /** What the inbox was told, in order: {@code +pool p}, {@code -contract c}. */
    List<String> heard() {
        return List.copyOf(heard);
    }

    /** Called with the name of a contract before it is taken over, on the thread that hands it over. */
    void onContract(Consumer<String> listener) {
        contractListeners.add(listener);
    }

    @Override
    public void putPool(Pool pool) {
        hear("+pool " + pool.name(), s -> s.putPool(pool));
    }

    @Override
    public void removePool(String name) {
        hear("-pool " + name, s -> s.removePool(name));
    }

    @Override
    public void putContract(Contract contract) {
        contractListeners.forEach(listener -> listener.accept(contract.name()));
        hear("+contract " + contract.name(), s -> s.putContract(contract));
    }

    @Override
    public void removeContract(String name) {
        hear("-contract " + name, s -> s.removeContract(name));
    }

    void putNode(NodeFacts node) {
        change(s -> s.putNode(node));
    }

    void removeNode(String name) {
        change(s -> s.removeNode(name));
    }

    private void hear(String what, Consumer<Scheduler> change) {
        heard.add(what);
        change(change);
    }

    void change(Consumer<Scheduler> change) {
        thread.execute(() -> {
            change.accept(scheduler);
            scheduler.decide(clock.instant());
            Views views = Views.of(scheduler.cluster());
            board.publish(views, ContractViews.of(scheduler, views, clock.instant()), Map.of(), List.of());
        });
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
