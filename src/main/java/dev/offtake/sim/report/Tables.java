package dev.offtake.sim.report;

import dev.offtake.sim.run.GangRecord;
import dev.offtake.sim.run.Result;
import dev.offtake.sim.run.Sample;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** What came out as CSV: one file for pools, tenants and levels over time, and one with the gangs. */
final class Tables {
    private final Result result;

    Tables(Result result) {
        this.result = result;
    }

    void write(Path directory) throws IOException {
        write(
                directory.resolve("pools.csv"),
                "time,pool,gpus,usable,used,lent,idle",
                result.samples().stream().flatMap(this::pools));
        write(
                directory.resolve("tenants.csv"),
                "time,tenant,used_gpus,waiting_gpus,waiting_gangs",
                result.samples().stream().flatMap(this::tenants));
        write(
                directory.resolve("levels.csv"),
                "time,pool,level,cells,usable,whole,largest_gang",
                result.samples().stream().flatMap(this::levels));
        write(
                directory.resolve("gangs.csv"),
                "gang,tenant,submit,gpus,started,wait_s,ended,tier,commitment,interruptions,evictions,lost_s,restart_s,last_reason",
                result.gangs().stream().map(this::gang));
    }

    private static void write(Path file, String header, Stream<String> rows) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write(header);
            out.write('\n');
            for (String row : (Iterable<String>) rows::iterator) {
                out.write(row);
                out.write('\n');
            }
        }
    }

    private String time(long at) {
        return result.start().plusMillis(at).toString();
    }

    private Stream<String> pools(Sample sample) {
        return Stream.iterate(0, i -> i < sample.pools().size(), i -> i + 1).map(i -> {
            Sample.OfPool pool = sample.pools().get(i);
            return row(
                    time(sample.at()),
                    result.pools().get(i).pool(),
                    pool.gpus(),
                    pool.usable(),
                    pool.used(),
                    pool.lent(),
                    pool.idle());
        });
    }

    private Stream<String> tenants(Sample sample) {
        return Stream.iterate(0, i -> i < sample.tenants().size(), i -> i + 1).map(i -> {
            Sample.OfTenant tenant = sample.tenants().get(i);
            return row(
                    time(sample.at()),
                    result.tenants().get(i),
                    tenant.usedGpus(),
                    tenant.waitingGpus(),
                    tenant.waitingGangs());
        });
    }

    private Stream<String> levels(Sample sample) {
        return sample.levels().stream()
                .map(l ->
                        row(time(sample.at()), l.pool(), l.level(), l.cells(), l.usable(), l.whole(), l.largestGang()));
    }

    private String gang(GangRecord gang) {
        return row(
                gang.submission().gang(),
                gang.submission().ask().tenant(),
                time(gang.submission().submit()),
                gang.gpus(),
                gang.isStarted() ? time(gang.start()) : "",
                gang.isStarted() ? Numbers.seconds(gang.waited()) : "",
                gang.isFinished() ? time(gang.end()) : "",
                gang.tier(),
                gang.commitment(),
                gang.lostNodes().times(),
                gang.evictions().times(),
                Numbers.seconds(gang.lostNodes().lost() + gang.evictions().lost()),
                Numbers.seconds(gang.lostNodes().restarts() + gang.evictions().restarts()),
                gang.lastReason());
    }

    private static String row(Object... fields) {
        StringJoiner row = new StringJoiner(",");
        for (Object field : fields) {
            String text = String.valueOf(field);
            boolean quoted = text.indexOf(',') >= 0 || text.indexOf('"') >= 0;
            row.add(quoted ? "\"" + text.replace("\"", "\"\"") + "\"" : text);
        }
        return row.toString();
    }
}
