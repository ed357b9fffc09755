package dev.offtake.placement.packing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigWeightsTest {
    /** The numbers that NVIDIA's mig-parted configures per device. */
    @ParameterizedTest
    @CsvSource({
        "H100, 1g.10gb, 7", "H100, 1g.20gb, 4", "H100, 2g.20gb, 3", "H100, 3g.40gb, 2", "H100, 4g.40gb, 1",
        "H100, 7g.80gb, 1", "H200, 1g.18gb, 7", "H200, 1g.35gb, 4", "H200, 2g.35gb, 3", "H200, 3g.71gb, 2",
        "H200, 4g.71gb, 1", "B200, 1g.23gb, 7", "B200, 1g.45gb, 4", "B200, 3g.90gb, 2", "GB200, 1g.23gb, 7",
        "GB200, 2g.47gb, 3", "GB200, 7g.186gb, 1", "B300, 1g.34gb, 7", "B300, 1g.67gb, 4", "B300, 4g.135gb, 1",
        "GB300, 1g.35gb, 7", "GB300, 1g.70gb, 4", "GB300, 2g.70gb, 3", "GB300, 3g.139gb, 2", "GB300, 7g.278gb, 1"
    })
    void asManyFitAsTheProductOffers(String product, String profile, int most) {
        int milli = MigWeights.milli(product, profile).orElseThrow();
        assertThat(Demand.WHOLE / milli).isEqualTo(most);
    }

    /** How many of the eight memory slices a profile takes, and at which of them NVIDIA's driver lets it begin. */
    private record Layout(int size, List<Integer> starts) {
        static List<Layout> ofAll() {
            return List.of(
                    new Layout(1, List.of(0, 1, 2, 3, 4, 5, 6)),
                    new Layout(2, List.of(0, 2, 4, 6)),
                    new Layout(2, List.of(0, 2, 4)),
                    new Layout(4, List.of(0, 4)),
                    new Layout(4, List.of(0)),
                    new Layout(8, List.of(0)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "H100, 1g.10gb 1g.20gb 2g.20gb 3g.40gb 4g.40gb 7g.80gb",
        "H200, 1g.18gb 1g.35gb 2g.35gb 3g.71gb 4g.71gb 7g.141gb",
        "B200, 1g.23gb 1g.45gb 2g.45gb 3g.90gb 4g.90gb 7g.180gb",
        "GB200, 1g.23gb 1g.47gb 2g.47gb 3g.93gb 4g.93gb 7g.186gb",
        "B300, 1g.34gb 1g.67gb 2g.67gb 3g.135gb 4g.135gb 7g.269gb",
        "GB300, 1g.35gb 1g.70gb 2g.70gb 3g.139gb 4g.139gb 7g.278gb"
    })
    void whatDoesNotWeighMoreThanADeviceHasALayoutOnIt(String product, String profiles) {
        int[] weights = Arrays.stream(profiles.split(" "))
                .mapToInt(profile -> MigWeights.milli(product, profile).orElseThrow())
                .toArray();
        assertThat(checked(weights, 0, Demand.WHOLE, new ArrayDeque<>())).isGreaterThan(20);
    }

    /** Looks at each set of profiles from this one on that fits what is left by weight; answers how many there are. */
    private static int checked(int[] weights, int from, int left, Deque<Layout> chosen) {
        int sets = 1;
        assertThat(hasLayout(List.copyOf(chosen), 0)).as("%s", chosen).isTrue();
        for (int p = from; p < weights.length; p++) {
            if (weights[p] <= left) {
                chosen.push(Layout.ofAll().get(p));
                sets += checked(weights, p, left - weights[p], chosen);
                chosen.pop();
            }
        }
        return sets;
    }

    private static boolean hasLayout(List<Layout> rest, int taken) {
        return rest.isEmpty()
                || rest.get(0).starts().stream().anyMatch(start -> {
                    int slices = (1 << rest.get(0).size()) - 1 << start;
                    return (taken & slices) == 0 && hasLayout(rest.subList(1, rest.size()), taken | slices);
                });
    }

    @Test
    void theSameProfileWeighsDifferentlyOnAnotherProduct() {
        assertThat(MigWeights.milli("H200", "1g.35gb")).hasValue(250);
        assertThat(MigWeights.milli("GB300", "1g.35gb")).hasValue(142);
    }

    @Test
    void whatIsNotKnownHasNoWeight() {
        assertThat(MigWeights.milli("T4", "1g.10gb")).isEmpty();
        assertThat(MigWeights.milli("H100", "1g")).isEmpty();
        assertThat(MigWeights.milli("H100", "7g.40gb")).isEmpty();
        assertThat(MigWeights.milli("H100", "1g.80gb")).isEmpty();
    }
}
