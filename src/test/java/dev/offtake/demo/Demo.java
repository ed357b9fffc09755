package dev.offtake.demo;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.core.ConditionTimeoutException;

/**
 * {@code mvn -q -Pdemo}: tells the {@link Story}.
 *
 * <p>{@code -Ddemo.cluster=real} tells it on the control plane of the test bed; {@code -Ddemo.hold} leaves everything
 * up at the end.
 */
public final class Demo {
    private static final Path EXAMPLES = Path.of("examples", "nvl72");

    private Demo() {}

    /** Ends the JVM, which threads of the mock would keep, with 1 if the story could not be told to its end. */
    public static void main(String[] args) {
        System.setProperty("logback.configurationFile", "dev/offtake/demo/logback.xml");
        int code = run(
                System.getProperty("demo.cluster", "mock"),
                isOn(System.getProperty("demo.hold")),
                EXAMPLES,
                System.out);
        System.out.flush();
        System.exit(code);
    }

    /** The exit code: 0 if every step of the story happened in time. */
    static int run(String cluster, boolean hold, Path examples, PrintStream out) {
        Narrator narrator = new Narrator(out);
        narrator.title("Offtake: GPU capacity contracts, from a contract to running pods");
        try (Stage stage = stage(cluster)) {
            narrator.lines(stage.programme());
            stage.startOperator();
            new Story(stage, narrator, examples).tell();
            out.println();
            if (hold) {
                narrator.lines(List.of(
                        "It stays up until Ctrl-C. API server: "
                                + stage.client().getMasterUrl(),
                        "kubeconfig: " + stage.kubeconfig()));
                out.flush();
                new CountDownLatch(1).await();
            }
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (ConditionTimeoutException e) {
            narrator.say("This did not happen in time: " + e.getMessage());
            return 1;
        } catch (RuntimeException e) {
            narrator.say("The demo failed: " + e);
            return 1;
        }
    }

    private static Stage stage(String cluster) {
        return switch (cluster) {
            case "mock" -> new MockStage();
            case "real" -> new RealStage();
            default ->
                throw new IllegalArgumentException(
                        "-Ddemo.cluster: \"" + cluster + "\" is not known, use mock or real");
        };
    }

    private static boolean isOn(String value) {
        return value != null && !value.equals("false");
    }
}
