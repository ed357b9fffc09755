package dev.offtake.operator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offtake.testbed.OnControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The header of a real API server. */
@OnControlPlane(apiServerOnly = true)
class ClockSkewIT {
    @Test
    void aClockThatIsWrongIsFound(KubernetesClient client) {
        Clock here = Clock.systemUTC();

        assertThat(new ClockSkew(client, here).look().outcome()).isEqualTo(Finding.Outcome.OK);
        assertThat(new ClockSkew(client, Clock.offset(here, Duration.ofHours(1)))
                        .look()
                        .detail())
                .containsPattern("35\\d\\d s ahead");
        assertThat(new ClockSkew(client, Clock.offset(here, Duration.ofHours(-1)))
                        .look()
                        .detail())
                .containsPattern("35\\d\\d s behind|3600 s behind");
    }
}
