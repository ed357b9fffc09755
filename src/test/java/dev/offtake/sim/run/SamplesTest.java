package dev.offtake.sim.run;

import static dev.offtake.sim.run.TwoNodes.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesTest {
    private static final long DAY = 24 * 60 * MINUTE;

    @TempDir
    private Path directory;

    @Test
    void theLastSampleIsOfTheEndAndNotLater() throws IOException {
        // Between two samples, which are ten seconds apart.
        Result result = new TwoNodes(directory).run("", "0,first,acme,8,10,,", "1h,last,acme,8,7,,");

        assertThat(result.end()).isEqualTo(60 * MINUTE + 7000);
        assertThat(result.samples()).extracting(Sample::at).endsWith(60 * MINUTE, result.end());
    }

    @Test
    void aGangThatIsServedAfterYearsHasNoSampleOfEachSecondOfThem() throws IOException {
        // Until then all nodes are promised to acme.
        TwoNodes nodes = new TwoNodes(directory);
        nodes.later("gamma", "2026-06-01T00:00:00Z");

        Result result = nodes.run("", "0,fits,acme,8,1h,,", "0,late,gamma,1,1h,Reserved,");

        assertThat(result.end()).isEqualTo(365 * DAY + 60 * MINUTE);
        assertThat(result.waitForEver()).isZero();
        assertThat(result.samples()).hasSize(732);
        assertThat(result.pools().get(0).used()).isEqualTo(9 * 60 * MINUTE);
        assertThat(result.pools().get(0).gpus()).isEqualTo(16 * result.end());
        assertThat(result.reasons().get("NoActiveContract").gangMillis()).isEqualTo(151 * DAY);
    }

    @Test
    void whatIsMeasuredEndsWithTheLastThingThatChanged() throws IOException {
        // Its contract ends in a year, which the gang that waits is told then.
        Result result = new TwoNodes(directory).run("", "0,fits,acme,8,1h,,", "0,never,acme,32,1h,,");

        assertThat(result.end()).isEqualTo(60 * MINUTE);
        assertThat(result.waitForEver()).isEqualTo(1);
        assertThat(result.pools().get(0).used()).isEqualTo(8 * 60 * MINUTE);
        assertThat(result.pools().get(0).gpus()).isEqualTo(16 * 60 * MINUTE);
        assertThat(result.samples())
                .extracting(Sample::at)
                .endsWith(60 * MINUTE)
                .isSorted();
        assertThat(result.gangs().get(1).lastReason()).isEqualTo("NeverFits");
        assertThat(result.reasons()).hasSize(1);
        assertThat(result.reasons().get("NeverFits").gangMillis()).isEqualTo(60 * MINUTE);
    }

    @Test
    void whatIsFreeOfALevelIsMeasuredAtEachInstantAndNotInSamplesOnly() throws IOException {
        // Samples are five minutes apart; both nodes are full for 30 seconds between two of them.
        Result result = new TwoNodes(directory)
                .run("", "0,first,acme,8,10h,,", "301,short,acme,8,30,,", "15h,last,acme,8,5h,,");

        Result.LevelTotal nodes = result.levels().get(1);
        assertThat(nodes.end().level()).isEqualTo("node");
        assertThat(nodes.least()).isZero();
        assertThat(nodes.end().whole()).isEqualTo(2);
        double full = (10 * 60 + 0.5 + 5 * 60) / (20 * 60);
        assertThat(nodes.whole()).isCloseTo(2 - full, within(1e-9));
    }

    @Test
    void whatIsClearedForAGangIsNotFreeFromTheNoticeOn() throws IOException {
        // Samples are a minute apart. From 25 to 27 minutes the node that is lent is cleared for the second gang.
        Result result = new TwoNodes(directory)
                .run(
                        "",
                        "0,first,acme,8,10h,,",
                        "0,lent,beta,8,1h,Spot,",
                        "25m,second,acme,8,30m,,",
                        "8h,last,acme,8,1,,");

        assertThat(result.samples())
                .filteredOn(sample -> sample.at() >= 24 * MINUTE && sample.at() <= 28 * MINUTE)
                .extracting(sample -> sample.levels().get(1).whole())
                .containsExactly(1, 0, 0, 0, 0);
        assertThat(result.levels().get(1).whole())
                .as("of %d minutes those in which neither the second gang nor the last has a node", 600)
                .isCloseTo((600 - 2 - 30 - 1 / 60.0) / 600, within(1e-9));
    }

    @Test
    void aCenturyOfTenMillionGpusIsANumber() throws IOException {
        TwoNodes nodes = new TwoNodes(directory);

        Result result = nodes.run("", "0,a,acme,1x9999999,1h,,", "0,b,acme,1x9999999,1h,,", "36500d,last,acme,8,1h,,");

        double waited = 2 * 9_999_999.0 * 36_500 * DAY;
        assertThat(waited).isGreaterThan(Long.MAX_VALUE);
        assertThat(result.tenantTotals().get(0).waited()).isCloseTo(waited, withinPercentage(1e-6));
        assertThat(result.reasons().values().stream()
                        .mapToDouble(Result.Wait::gpuMillis)
                        .sum())
                .isCloseTo(waited, withinPercentage(1e-6));
    }
}
