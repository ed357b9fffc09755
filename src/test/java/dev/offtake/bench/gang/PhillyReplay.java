package dev.offtake.bench.gang;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The fortnight of the Philly trace that the given instance replays, with class and levels drawn anew. */
final class PhillyReplay {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final LocalDateTime FIRST = LocalDateTime.of(2017, 10, 16, 0, 0);
    private static final int NODES = 64;
    private static final double LOAD = 1.06;
    private static final int LONGEST = 7 * 86_400;
    private static final int DAYS = 14;

    private final List<Map<String, String>> rows;
    private final List<Instance.Tenant> tenants;

    PhillyReplay(InstanceFiles files) {
        rows = files.raw("philly_sia/philly.csv");
        tenants = files.tenants("philly");
    }

    /** The real times, sizes and tenants; class, levels and which jobs are left out to meet the load, by the seed. */
    Instance replay(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Integer> ids = new HashMap<>();
        tenants.forEach(t -> ids.put(t.name(), ids.size()));
        LocalDateTime from = FIRST;
        List<Instance.Job> jobs = new ArrayList<>();
        double work = 0;
        for (Map<String, String> row : rows) {
            long at = ChronoUnit.SECONDS.between(from, LocalDateTime.parse(row.get("timestamp"), FORMAT));
            Integer tenant = ids.get(row.get("cluster"));
            if (at < 0 || at >= DAYS * 86_400L || tenant == null) {
                continue;
            }
            int gpus = size((int) Double.parseDouble(row.get("num_gpus")));
            int duration = (int) Math.min(LONGEST, Math.max(10, Double.parseDouble(row.get("duration"))));
            jobs.add(Generator.job(tenant, (int) at, gpus, duration, Integer.MAX_VALUE, random));
            work += (double) gpus * duration;
        }
        double keep = LOAD * NODES * Instance.GPUS_PER_NODE * DAYS * 86_400.0 / work;
        List<Instance.Job> kept = new ArrayList<>(
                jobs.stream().filter(j -> random.nextDouble() < keep).toList());
        kept.sort(Comparator.comparingInt(Instance.Job::submit));
        return new Instance("philly-" + seed, Instance.regular(NODES), tenants, Generator.numbered(kept));
    }

    private static int size(int gpus) {
        return gpus <= 8 ? gpus : Integer.highestOneBit(gpus) == gpus ? gpus : Integer.highestOneBit(gpus) * 2;
    }
}
