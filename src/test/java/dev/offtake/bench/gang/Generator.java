package dev.offtake.bench.gang;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Fresh instances in the manner of packing-benchmark.md §B.1: gang sizes and run times of Acme's Seren, demand of the
 * tenants of Helios Earth hour by hour. The seed determines all of it.
 */
final class Generator {
    private static final double GUARANTEED_SHARE = 0.85;
    private static final double CONTINUATION = 0.71;
    private static final double MEAN_RUN_TIME = 1414.335;
    private static final double GPU_SECONDS_PER_JOB = 21_510_738_939.0 / 663_813;
    private static final int HOUR = 3600;

    private final InstanceFiles files;
    private final double[] durationCdf;

    /** Shape of a family. */
    enum Family {
        SMALL(64, 48, 128, 0.95),
        MEDIUM(256, 96, 256, 0.93);

        final int nodes;
        final int hours;
        final int largest;
        /** GPU time that is budgeted by capacity; large gangs overdraw it to a load of about 1.07 and 1.2. */
        final double load;

        Family(int nodes, int hours, int largest, double load) {
            this.nodes = nodes;
            this.hours = hours;
            this.largest = largest;
            this.load = load;
        }
    }

    Generator(InstanceFiles files) {
        this.files = files;
        durationCdf = files.raw("acme/acme_duration_cdf.csv").stream()
                .filter(r -> r.get("cluster").equals("Seren"))
                .mapToDouble(r -> Double.parseDouble(r.get("cdf_percent")) / 100)
                .toArray();
    }

    Instance generate(Family family, long seed) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + family.nodes);
        Map<String, double[]> demand = new LinkedHashMap<>();
        List<Instance.Tenant> tenants = tenants(family, demand);
        double[][] budget = budget(family, new ArrayList<>(demand.values()), random);
        List<Instance.Job> jobs = new ArrayList<>();
        for (int t = 0; t < tenants.size(); t++) {
            jobs.addAll(jobs(family, t, tenants.get(t), budget[t], random.split()));
        }
        jobs.sort(Comparator.comparingInt(Instance.Job::submit).thenComparingInt(Instance.Job::tenant));
        String name = family.name().toLowerCase(Locale.ROOT) + "-" + seed;
        return new Instance(name, Instance.regular(family.nodes), tenants, numbered(jobs));
    }

    static List<Instance.Job> numbered(List<Instance.Job> jobs) {
        List<Instance.Job> result = new ArrayList<>();
        for (Instance.Job j : jobs) {
            result.add(new Instance.Job(
                    result.size(),
                    j.tenant(),
                    j.submit(),
                    j.gpus(),
                    j.duration(),
                    j.guaranteed(),
                    j.required(),
                    j.preferred(),
                    j.checkpoint(),
                    j.restart()));
        }
        return List.copyOf(result);
    }

    /** Virtual clusters that need more than a quarter of their quota; answers their demand by hour beside. */
    private List<Instance.Tenant> tenants(Family family, Map<String, double[]> demand) {
        Map<String, List<double[]>> hours = new LinkedHashMap<>();
        for (Map<String, String> row : files.raw("helios_earth/earth_vc_hourly_2020-05.csv")) {
            double wanted = Double.parseDouble(row.get("running_gpus")) + Double.parseDouble(row.get("pending_gpus"));
            hours.computeIfAbsent(row.get("vc"), vc -> new ArrayList<>())
                    .add(new double[] {Double.parseDouble(row.get("quota_gpus")), wanted});
        }
        Map<String, Double> quotas = new LinkedHashMap<>();
        hours.forEach((vc, list) -> {
            double quota = list.stream().mapToDouble(h -> h[0]).average().orElse(0);
            double mean = list.stream().mapToDouble(h -> h[1]).average().orElse(0);
            if (mean > 0.25 * quota) {
                quotas.put(vc, quota);
                demand.put(vc, list.stream().mapToDouble(h -> h[1]).toArray());
            }
        });
        double sum = quotas.values().stream().mapToDouble(q -> q).sum();
        double gpus = GUARANTEED_SHARE * family.nodes * Instance.GPUS_PER_NODE;
        List<Instance.Tenant> tenants = new ArrayList<>();
        quotas.forEach((vc, quota) -> {
            int guaranteed = Math.max(8, (int) Math.round(gpus * quota / sum / 8) * 8);
            tenants.add(new Instance.Tenant(vc, guaranteed, guaranteed));
        });
        return tenants;
    }

    /** GPU-seconds that each tenant submits in each hour: a stretch of the month, scaled to the load. */
    private static double[][] budget(Family family, List<double[]> demand, SplittableRandom random) {
        int start = random.nextInt(demand.get(0).length - family.hours);
        double[][] budget = new double[demand.size()][family.hours];
        double sum = 0;
        for (int t = 0; t < budget.length; t++) {
            for (int h = 0; h < family.hours; h++) {
                budget[t][h] = demand.get(t)[start + h];
                sum += budget[t][h];
            }
        }
        double scale = family.load * family.nodes * Instance.GPUS_PER_NODE * family.hours * HOUR / sum;
        for (double[] row : budget) {
            for (int h = 0; h < row.length; h++) {
                row[h] *= scale;
            }
        }
        return budget;
    }

    private List<Instance.Job> jobs(
            Family family, int tenant, Instance.Tenant of, double[] budget, SplittableRandom random) {
        Sizes sizes = new Sizes(files, Math.min(family.largest, 2 * of.guaranteed()), family.largest);
        List<Instance.Job> jobs = new ArrayList<>();
        double account = 0;
        for (int h = 0; h < budget.length; h++) {
            account += budget[h];
            while (account > 0) {
                int gpus = sizes.draw(random);
                int at = h * HOUR + random.nextInt(HOUR);
                boolean more = true;
                while (more) {
                    int duration = duration(sizes.meanRunTime(gpus), random);
                    account -= (double) gpus * duration;
                    jobs.add(job(tenant, Math.min(at, budget.length * HOUR), gpus, duration, of.guaranteed(), random));
                    at += random.nextInt(60);
                    more = gpus <= 8 && random.nextDouble() < CONTINUATION;
                }
            }
        }
        return jobs;
    }

    private int duration(double mean, SplittableRandom random) {
        double u = random.nextDouble();
        int i = 0;
        while (i < durationCdf.length - 1 && durationCdf[i] < u) {
            i++;
        }
        double low = i == 0 ? 0 : durationCdf[i - 1];
        double within = (u - low) / (durationCdf[i] - low);
        double raw = i == 0 ? within : Math.pow(2, i - 1 + within);
        double factor = Math.min(12, mean / MEAN_RUN_TIME);
        return (int) Math.round(Math.min(3 * 86_400, Math.max(10, raw * factor)));
    }

    /** Fills in what §B.1 assumes by size: class, levels, checkpoints. */
    static Instance.Job job(int tenant, int at, int gpus, int duration, int quota, SplittableRandom random) {
        boolean guaranteed = random.nextDouble() < (gpus >= 64 ? 0.85 : 0.7) && gpus <= quota;
        double hard = random.nextDouble();
        int preferred =
                gpus <= 8 ? Instance.NODE : gpus <= 32 ? Instance.NVLINK : gpus <= 64 ? Instance.RACK : Instance.BLOCK;
        boolean isHard = gpus <= 8 || hard < (gpus <= 64 ? 0.3 : 0.5);
        int checkpoint = gpus == 1 ? 0 : gpus <= 32 ? 1800 : 900;
        int required = isHard ? preferred : Instance.ANYWHERE;
        int restart = gpus <= 8 ? 60 : 180;
        return new Instance.Job(0, tenant, at, gpus, duration, guaranteed, required, preferred, checkpoint, restart);
    }

    /** Gang sizes by number of jobs, and their mean run times by GPU time. */
    private static final class Sizes {
        private static final int[] BINS = {1, 2, 4, 8, 16, 32, 64, 128, 256};
        private static final double BURST = 1 / (1 - CONTINUATION);

        private final double[] weight = new double[BINS.length];
        private final double[] mean = new double[BINS.length];

        Sizes(InstanceFiles files, int largest, int folded) {
            double jobsBelow = 0;
            double timeBelow = 0;
            for (int i = 0; i < BINS.length; i++) {
                double jobs = cdf(files, "jobs", BINS[i]);
                double time = cdf(files, "gpu_time", BINS[i]);
                mean[i] = GPU_SECONDS_PER_JOB * (time - timeBelow) / (jobs - jobsBelow) / BINS[i];
                double share = BINS[i] == folded ? 100 - jobsBelow : jobs - jobsBelow;
                weight[i] = BINS[i] > largest ? 0 : BINS[i] <= 8 ? share / BURST : share;
                jobsBelow = jobs;
                timeBelow = time;
            }
        }

        private static double cdf(InstanceFiles files, String measure, int gpus) {
            return files.raw("acme/acme_gpu_num_cdf.csv").stream()
                    .filter(r -> r.get("cluster").equals("Seren")
                            && r.get("measure").equals(measure)
                            && Integer.parseInt(r.get("gpu_num")) <= gpus)
                    .mapToDouble(r -> Double.parseDouble(r.get("cdf_percent")))
                    .max()
                    .orElse(0);
        }

        int draw(SplittableRandom random) {
            double sum = 0;
            for (double w : weight) {
                sum += w;
            }
            double u = random.nextDouble() * sum;
            int i = 0;
            while (i < weight.length - 1 && (u >= weight[i] || weight[i] == 0)) {
                u -= weight[i];
                i++;
            }
            while (weight[i] == 0) {
                i--;
            }
            return BINS[i];
        }

        double meanRunTime(int gpus) {
            return mean[Arrays.binarySearch(BINS, gpus)];
        }
    }
}
