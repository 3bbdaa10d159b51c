// How figures that the server sends bare are computed, and what words of the trade mean, said once. Holds no numbers.
export const how = {
  shareCustomers: 'Customers of this segment divided by all customers that have a segment.',
  shareSpend: 'Spend (sum of sale lines, returns not taken off) of this segment’s customers divided by that of all customers that have a segment.',
  spendPerHead: 'Share of spend divided by share of customers, times 100. 100 is the mean customer.',
  customers: 'Customers whose features lie nearest to this segment’s centre in the run shown above.',
  spend: 'Sum of the sale lines of this segment’s customers up to the run’s date; returns are not taken off.',
  silhouette:
    'For each member, or a sample where there are many: (b − a) / max(a, b), where a is the mean distance to the own cluster and b to the nearest other one; then the mean. 1 is clear, 0 lies between, below 0 is misplaced.',
  stability: 'The members are drawn again at random and grouped anew, several times; the figure is how far the results agree with each other (1 = the same clusters each time).',
  jump: 'How much closer members come to their centres by the last cluster added, as a multiple of what it would be in one cloud without clusters (1 = no more than chance). The number with the greatest multiple is chosen, where any number is stable.',
  inertia: 'Sum of squared distances of all members to their cluster’s centre. It always falls with more clusters; a bend tells where more stop helping.',
  index: 'Value of the segment divided by the value of all customers, times 100. 100 is like everybody.',
  probability:
    'How likely the member is of this cluster, if clusters are round clouds of one size around their centres and as frequent as their members: share of members × exp(−d² ÷ 2σ²), d the weighted distance to the centre, σ² the spread within clusters in one independent direction. Columns that say the same count once. Among the clusters of the member’s own part of a nested scheme; none where rules or a person’s hand say who is in the cluster.',
  margin: 'How much nearer the member is to the own centre than to the second nearest one, as the difference of the two distances. Near 0 it could as well be in the other cluster.',
  placing: 'How likely the proposed cluster is the right one, by the way taken. It is brought to what was right when members whose cluster is known were placed as if they were new; for the largest and the tightest it is the share of that cluster.',
  unlike: 'Its most alike member is less like it than the most alike one is to 95 of 100 members: the trial was not on such, so the confidence says less.',
  alike: 'Weighted mean over the attributes of 1 less the difference over the range for numbers, of 1 or 0 for the same and another kind (Gower 1971). What a member lacks counts as the mean likeness of the others.',
  distinct: 'Rows are sorted by how far the segments lie apart in that feature (sum of effect sizes that are significant).',
  effect: 'Difference between segment and total in standard deviations of the feature. It is coloured only where a test against chance, which counts how many cells are tested, finds it significant.',
  recency: 'Days between the last receipt with a sale and the date of the run.',
  receipts: 'Receipts with at least one sale, up to the date of the run.',
  basket: 'Spend divided by the number of receipts with at least one sale.',
  returnShare: 'Amount of return lines divided by spend, at most 1.',
  memberSpend: 'Sum of sale lines up to the date of the run, returns not taken off.',
  salesByMonth: 'Sum of the sale lines of the month, returns not taken off. Receipts are those with at least one sale.',
  explained: 'The map has two axes, each a mix of features, chosen so that customers differ most along them (principal components). The share is how much of all differences between customers they hold; the rest cannot be seen here.',
  rowsRead: 'Rows read = loaded + duplicate + quarantined. Each row of a file ends in exactly one of the three.',
  completeness: 'Rows that have a value in this column divided by all loaded rows.',
  contribution: 'Squared distance of the customer to the centre in this feature, after scaling. The sum over all features is the squared distance, and its root the distance; the smaller is the own segment.',
  genome: 'What this customer leans to and how they buy, by what they did until the date: purchases, returns, views, searches, carts, reviews, answers. Each gene lists its evidence; the lines sum to its score to the last place. Who refused to be profiled has none.',
  geneStrength: 'By how much the customer’s share of the attribute is above what is usual, in points of 100, drawn towards the usual where little is known; the line is the interval.',
  geneScore: 'The evidence, faded by age, less what would be expected because the value is popular. The unit is one purchase of today.',
  geneSure: 'The chance that the share is notably above the usual one (of what is avoided: below it). One act alone is never more than unsure.',
  geneWeight: 'What the act says when it happens, in purchases; returns, complaints and bad reviews speak against.',
  geneAge: 'What is left of the weight: it halves with each half-life of the attribute.',
  habits: 'Means and shares over the receipts of the last months, drawn towards what is usual where little was seen, with intervals.',
  predicted: 'By when and how often this customer and all others bought (BG/NBD, Fader, Hardie and Lee 2005) and what they paid (gamma-gamma, Fader and Hardie 2013). Intervals hold four in five if the model is right; below stands how right it was on days it had not seen.',
  dna: 'What a product is, attribute by attribute: read from the catalogue’s fields, its texts and its price by dictionaries, each value with the place that tells it and how strongly. A person’s word comes first. Genomes of customers and schemes of products rest on it.',
  dnaStrength: 'How strongly the places that tell a value speak, from 0 to 1. The steps are set by hand and are no probabilities: a field of the catalogue 1.00, a number 0.95, a word 0.90, a mended word 0.80, a figure 0.60, an unknown noun 0.30; texts after the first count 0.8 of that. Two places that say the same have 1 − (1 − a)(1 − b).',
  dnaProducts: 'Products that have at least one value of the attribute, of all that the newest run read.',
  dnaValues: 'Different values of the attribute that at least one product has.',
  productSold: 'Sum of the product’s sale lines, returns not taken off.',
  productReceipts: 'Receipts with at least one sale line of the product.',
  productBuyers: 'Customers who are known and bought the product. Few are not told, so that nobody is found by it; receipts without a customer are not counted.',
  productPrice: 'What was paid for the product divided by the units sold, over all receipts.',
  buyersIndex: 'The share of the segment’s customers who bought the product, divided by the same share of all customers, times 100. 100 is like everybody.',
  clusterGenome: 'How many of the cluster’s members have each gene, beside all members of its scheme. Counts of few persons are not told; what is no clearer than two standard errors is left out.',
  drift: 'How many customers have each gene at a date and had it at an earlier one, among those with a genome at both. A change of few persons is not told. `tessera genome drift` says the same.',
  driftNet: 'Customers who have the gene less those who had it, as a share of the customers with a genome at both dates.',
  clusterGene: 'The share of the cluster’s members who have the gene, divided by the share of all members of the scheme, times 100. 100 is like everybody.',
  heard: 'What reviews, posts and messages to the service say of the product: topics, tone and attributes, read by word lists in seven languages. A customer counts once per value, with the newest word; who refused to be profiled is not read.',
  heardSure: 'The lower end of the interval of the share among those who speak of it (Wilson 1927), times the strength of what the catalogue states. It orders the lines and is no probability.',
  finder: 'The question whose answer is expected to tell most about which product is wanted (Shannon 1948, Quinlan 1986), where a tenth of answers may be wrong and what is not known of a product rules nothing out. Answers stay in this page, but for those that somebody keeps for a customer.',
  finderScore: 'One bit more makes the product twice as likely to be what is wanted. The lines sum to the score.',
  drivers: 'Which attributes make customers take one product from a shelf and leave the others (conditional logit, McFadden 1974), of all and by cluster, where a small cluster is drawn towards all. A shelf is a shop in a month with what was sold there.',
  driverShare: 'The attribute’s share of what the attributes together explain of choices (Shapley 1953): what it adds, over all orders of adding them. Shares add up to 100 %.',
  driverAlone: 'What is lost without it while all others stay. An attribute that goes with others has little of its own.',
  driverExpected: 'How many choices would have taken it, had every product on the shelf been as likely.',
  driverPrice: 'The typical price (the geometric mean) of what was taken, and what would be typical had every product on the shelf been as likely.',
  driverPerfect: 'How much better a choice is foreseen by these attributes than by equal chances, as a share of foreseeing every choice.',
  driverUtility: 'How much it is wanted beside the mean level, other attributes being equal, in logits: 0.1 more is about 10 % better odds.',
  life: 'Purchases of some weeks that together speak for a move, a pet, a room, a garden or a party, against all that is usual in such visits. Each purchase adds to the logarithm of the odds, and one line holds all else. Likelihoods are fitted to made-up shops where the truth is known; at real ones they give an order first and a chance second. Sensitive kinds are looked for with consent alone.',
  identity: 'Every identifier that a feed gave is a record. Records are one customer where they share an identifier or are alike enough in name, address, telephone, e-mail and year of birth; a person’s word comes first. What the profile says is taken from one record each, by a rule that is shown.',
  bits: 'One bit doubles the odds that two records are one customer (Fellegi and Sunter 1969). The lines sum to the score; from the threshold on records are linked, below it a person is asked.',
  gate: 'Limits that a feed has to hold before a run builds segments on it. A feed that misses one stays loaded and shown, but no run starts on it until it is mended or the limit is changed.',
  outliers:
    'An outlier lies far from the middle: more than ten times the usual distance. The middle is the median; the usual distance is the median of all distances from it (MAD, the median absolute deviation), divided by 0.6745, which makes it comparable to a standard deviation. Few far values cannot move it.',
  known: 'Days between the time of a row and the time it was imported, over the newest import. 95\u202f% of the rows were known within these days (the 95th percentile, p95); the slowest 5\u202f% are left out.',
} as const;

/** In a few words, for where the figure stands. */
export const short = {
  silhouette: 'how clearly members belong to their own cluster: 1 is clear, 0 lies between two, below 0 nearer to another',
  stability: 'how far the same clusters come out when the members are drawn again: 1 is the same each time',
} as const;

/** What the limits of a feed mean, by the name the server gives them. */
export const limits: Record<string, string | undefined> = {
  rows_min: 'Rows loaded, at least this many.',
  quarantined_share_max: 'Rows in quarantine divided by rows read, at most this share.',
  completeness_min: 'Of the columns that every row needs, the one with the fewest values: rows with a value divided by all loaded rows, at least this share.',
  outlier_share_max: `Of the measures, the one with most outliers: rows with an outlier divided by loaded rows, at most this share. ${how.outliers}`,
  customer_share_min: 'Lines that name a customer divided by all loaded lines, at least this share. Lines without one count in sales, not in segments.',
  future_share_max: 'Rows dated after now divided by all loaded rows, at most this share: a wrong date format shows here first.',
  unfinished_max: 'Imports that have not brought their file to its end, those under way among them, at most so many. Import the file again to go on, or take the import back.',
  lateness_days_max: how.known,
};

/** What a finding's words of the trade mean, where it has some. */
export function meaning(finding: string): string | undefined {
  if (/ outside .* the farthest is /.test(finding)) return how.outliers;
  if (/newest rows were known within/.test(finding)) return how.known;
  return undefined;
}
