package dev.offtake.sim.run;

import static dev.offtake.sim.run.TwoNodes.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

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
    void aGangThatWaitsUntilItsContractEndsHasNoSampleOfEachSecond() throws IOException {
        Result result = new TwoNodes(directory).run("", "0,fits,acme,8,1h,,", "0,never,acme,32,1h,,");

        assertThat(result.end()).isEqualTo(365 * DAY);
        assertThat(result.samples()).hasSize(731);
        assertThat(result.samples())
                .extracting(Sample::at)
                .startsWith(0L, DAY / 2, DAY)
                .endsWith(365 * DAY);
    }
}
