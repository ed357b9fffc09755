package dev.offtake.placement.packing;

import java.util.Arrays;

/**
 * What a part of a device is worth: the dual of "the fewest devices that serve the fractions seen so far"
 * (Gilmore and Gomory 1961). Each size gets a price such that no set of sizes that fits a device is worth more than the
 * device; a free part is worth the dearest set that fits it. 210 thousandths that nobody asks for are worth nothing,
 * and 500 are worth half a device only if halves, or what adds up to a half, are asked for.
 */
final class CuttingStock {
    private static final int MOST_SIZES = 64;
    private static final int MOST_PIVOTS = 2000;
    private static final double EPSILON = 1e-9;

    private final int[] sizes;
    private final double[] prices;
    private final double[] wanted;
    private final double[][] inverse;
    private final double[] entering;
    private final double[] direction;
    private final int[] lastSize = new int[Demand.WHOLE + 1];
    private final double[] value = new double[Demand.WHOLE + 1];

    private CuttingStock(int[] sizes, double[] demand) {
        this.sizes = sizes;
        int m = sizes.length;
        prices = new double[m];
        wanted = new double[m];
        inverse = new double[m][m];
        entering = new double[m];
        direction = new double[m];
        for (int i = 0; i < m; i++) {
            int perDevice = Demand.WHOLE / sizes[i];
            inverse[i][i] = 1.0 / perDevice;
            wanted[i] = demand[i] * inverse[i][i];
        }
    }

    /**
     * The worth in devices of each free part of 0..1000 thousandths: rising from 0 to 1.
     *
     * @param demand how often each size in thousandths was asked for; indices 1..999 count
     */
    static double[] values(double[] demand) {
        double[] coarse = coarse(demand);
        int[] sizes = new int[MOST_SIZES];
        double[] amounts = new double[MOST_SIZES];
        int m = 0;
        for (int size = 1; size < Demand.WHOLE; size++) {
            if (coarse[size] > 0) {
                sizes[m] = size;
                amounts[m++] = coarse[size];
            }
        }
        CuttingStock lp = new CuttingStock(Arrays.copyOf(sizes, m), Arrays.copyOf(amounts, m));
        lp.solve();
        lp.value[Demand.WHOLE] = 1;
        return lp.value;
    }

    /** Sizes rounded up to the finest grid on which they are few enough. */
    private static double[] coarse(double[] demand) {
        for (int grid = 1; ; grid++) {
            double[] rounded = new double[Demand.WHOLE + 1];
            int distinct = 0;
            for (int size = 1; size < Demand.WHOLE; size++) {
                if (demand[size] > 0) {
                    int up = Math.min((size + grid - 1) / grid * grid, Demand.WHOLE - 1);
                    distinct += rounded[up] == 0 ? 1 : 0;
                    rounded[up] += demand[size];
                }
            }
            if (distinct <= MOST_SIZES) {
                return rounded;
            }
        }
    }

    /** Column generation: the dearest pattern under the present prices enters until none is worth more than a device. */
    private void solve() {
        int m = sizes.length;
        for (int pivot = 0; pivot < MOST_PIVOTS; pivot++) {
            for (int j = 0; j < m; j++) {
                prices[j] = 0;
                for (int i = 0; i < m; i++) {
                    prices[j] += inverse[i][j];
                }
            }
            fill();
            if (value[Demand.WHOLE] <= 1 + EPSILON) {
                return;
            }
            readPattern();
            if (!exchange()) {
                return;
            }
        }
    }

    /** The unbounded knapsack for every capacity at once. */
    private void fill() {
        value[0] = 0;
        lastSize[0] = -1;
        for (int room = 1; room <= Demand.WHOLE; room++) {
            double best = value[room - 1];
            int by = -1;
            for (int j = 0; j < sizes.length && sizes[j] <= room; j++) {
                double worth = value[room - sizes[j]] + prices[j];
                if (worth > best + EPSILON) {
                    best = worth;
                    by = j;
                }
            }
            value[room] = best;
            lastSize[room] = by;
        }
    }

    private void readPattern() {
        Arrays.fill(entering, 0);
        int room = Demand.WHOLE;
        while (room > 0) {
            int by = lastSize[room];
            if (by < 0) {
                room--;
            } else {
                entering[by]++;
                room -= sizes[by];
            }
        }
    }

    /** One step of the revised simplex method. */
    private boolean exchange() {
        int m = sizes.length;
        int leaving = -1;
        double ratio = Double.MAX_VALUE;
        for (int i = 0; i < m; i++) {
            direction[i] = 0;
            for (int j = 0; j < m; j++) {
                direction[i] += inverse[i][j] * entering[j];
            }
            if (direction[i] > EPSILON && wanted[i] / direction[i] < ratio) {
                ratio = wanted[i] / direction[i];
                leaving = i;
            }
        }
        if (leaving < 0) {
            return false;
        }
        double pivot = direction[leaving];
        for (int j = 0; j < m; j++) {
            inverse[leaving][j] /= pivot;
        }
        for (int i = 0; i < m; i++) {
            if (i != leaving && direction[i] != 0) {
                for (int j = 0; j < m; j++) {
                    inverse[i][j] -= direction[i] * inverse[leaving][j];
                }
                wanted[i] = Math.max(0, wanted[i] - direction[i] * ratio);
            }
        }
        wanted[leaving] = ratio;
        return true;
    }
}
