package dev.offtake.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.contract.SubTenant;
import dev.offtake.placement.NodeFilter;
import dev.offtake.placement.Shape;
import dev.offtake.placement.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WishesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Wishes wishes = new Wishes();
    private int gangs;

    /** A new gang that asks for this, with so many of its pods there. */
    private Gang gang(Job job, int pods) {
        Gang gang = new Gang(
                job.id(new GangId(job.id().namespace(), "gang-" + gangs++)).spec());
        for (int i = 0; i < pods; i++) {
            String uid = gang.id().name() + "-" + i;
            gang.pods()
                    .put(new PodFacts(
                            uid,
                            uid,
                            gang.id(),
                            Job.WORKERS,
                            i,
                            PodFacts.State.GATED,
                            Optional.empty(),
                            "",
                            job.podSet().shape()));
        }
        return gang;
    }

    private Gang.Ask ask(Gang gang) {
        return wishes.ask(gang, Optional.empty()).orElseThrow();
    }

    private List<Gang> different() {
        List<Job> jobs = List.of(
                Job.job("a", "job", 4, 2),
                Job.job("b", "job", 4, 2),
                Job.job("a", "job", 4, 4),
                Job.job("a", "job", 3, 2),
                Job.job("a", "job", 4, 2).elasticFrom(2),
                Job.job("a", "job", 4, 2).slice("rack", 2),
                Job.job("a", "job", 4, 2)
                        .filter(new NodeFilter(
                                List.of(), List.of(new NodeFilter.Term(List.of(), List.of())), List.of())),
                Job.job("a", "job", 4, 2).contract("a"),
                Job.job("a", "job", 4, 2).classes("h100"),
                Job.job("a", "job", 4, 2).tiers(Tier.SPOT),
                Job.job("a", "job", 4, 2).tiers(Tier.RESERVED, Tier.SPOT),
                Job.job("a", "job", 4, 2).required("rack"),
                Job.job("a", "job", 4, 2).preferred("rack"),
                Job.job("a", "job", 4, 2).duration(Duration.ofHours(1)));
        List<Gang> all = new ArrayList<>();
        jobs.forEach(job -> all.add(gang(job, job.podSet().count())));
        all.add(gang(jobs.get(4), 3));
        Gang ofSubTenant = gang(jobs.get(0), 4);
        Rank rank = ofSubTenant.rank();
        ofSubTenant.rank(new Rank(rank.line(), Optional.of(SubTenant.OTHERS), rank.priority()));
        all.add(ofSubTenant);
        Gang ofContract = gang(jobs.get(0), 4);
        ofContract.rank(new Rank(new Queue.Line("a", "c", Tier.RESERVED), Optional.empty(), rank.priority()));
        all.add(ofContract);
        return all;
    }

    @Test
    void eachThatWishesSomethingElseIsOfAnotherKindAsWithoutWishes() {
        Demands demands = new Demands();
        List<Gang.Ask> asks = different().stream().map(this::ask).toList();
        List<Kind.Key> keys = different().stream()
                .map(gang -> Kind.Key.of(gang, demands.of(gang, false)))
                .toList();

        assertThat(asks.stream().map(ask -> ask.kind().orElseThrow())).containsExactlyElementsOf(keys);
        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void thoseThatWishTheSameAskForTheSame() {
        List<Gang.Ask> asks = different().stream().map(this::ask).toList();
        List<Gang.Ask> again = different().stream().map(this::ask).toList();

        for (int i = 0; i < asks.size(); i++) {
            assertThat(again.get(i)).isSameAs(asks.get(i));
        }
    }

    @Test
    void whatDoesNotCountForPlacementIsNoOtherWish() {
        Job job = Job.job("a", "job", 4, 2).duration(Duration.ofSeconds(3600));

        assertThat(ask(gang(job, 4)))
                .isSameAs(ask(gang(
                        job.priority(3)
                                .createdAt(9)
                                .checkpoints(Duration.ofHours(1))
                                .duration(Duration.ofSeconds(3601)),
                        4)));
    }

    @Test
    void eachIsCompactForItsOwnTime() {
        Job job = Job.job("a", "job", 4, 2).preferred("rack").tiers(Tier.SPOT);
        Gang.Ask anywhere = ask(gang(job, 4));
        Gang.Ask one = wishes.ask(gang(job, 4), Optional.of(START)).orElseThrow();
        Gang.Ask other =
                wishes.ask(gang(job, 4), Optional.of(START.plusSeconds(1))).orElseThrow();

        assertThat(one.compactUntil()).contains(START);
        assertThat(other.compactUntil()).contains(START.plusSeconds(1));
        assertThat(one.demands()).isEqualTo(other.demands()).isNotEqualTo(anywhere.demands());
        assertThat(one.demands().get(0).value().compact()).isTrue();
        assertThat(anywhere.compactUntil()).isEmpty();
    }

    @Test
    void nodesToAvoidAreThoseOfEachGang() {
        Job job = Job.job("a", "job", 4, 2);
        Gang.Ask anywhere = ask(gang(job, 4));
        Gang refused = gang(job, 4);
        refused.refusals().add(List.of("node-1"), "no", START);

        assertThat(ask(refused).demands().get(0).value().avoid()).containsExactly("node-1");
        assertThat(ask(refused).kind()).isNotEqualTo(anywhere.kind());
        refused.refusals().forget("node-1");
        assertThat(ask(refused)).isSameAs(anywhere);
    }

    @Test
    void whatWasForgottenHasOtherNumbersForAll() {
        Job job = Job.job("a", "job", 1, 1);
        Gang.Ask before = ask(gang(job, 1));
        for (int i = 0; i < 65_536; i++) {
            ask(gang(job.shape(new Shape(1, Map.of("cpu", 1L + i))), 1));
        }

        Gang.Ask after = ask(gang(job, 1));
        assertThat(after.kind()).isNotEqualTo(before.kind());
        assertThat(ask(gang(job, 1)).kind()).isEqualTo(after.kind());
    }
}
