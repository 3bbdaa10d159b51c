// How figures that the server sends bare are computed, said once. Holds no numbers.
export const how = {
  shareCustomers: 'Customers of this segment divided by all customers that have a segment.',
  shareSpend: 'Net spend (sales less returns) of this segment’s customers divided by the net spend of all customers that have a segment.',
  customers: 'Customers whose features lie nearest to this segment’s centre in the run shown above.',
  spend: 'Sum of the receipt lines of this segment’s customers, sales less returns, up to the run’s date.',
  silhouette:
    'For each customer, or a sample where there are many: (b − a) / max(a, b), where a is the mean distance to the own segment and b to the nearest other one; then the mean. 1 is clear, 0 lies between, below 0 is misplaced.',
  stability: 'The customers are drawn again at random and grouped anew, several times; the figure is how far the results agree with each other (1 = the same segments each time).',
  inertia: 'Sum of squared distances of all customers to their segment’s centre. It always falls with more segments; a bend tells where more stop helping.',
  index: 'Value of the segment divided by the value of all customers, times 100. 100 is like everybody.',
  margin: 'How much nearer the customer is to the own centre than to the second nearest one. Near 0 the customer could as well be in the other segment.',
  distinct: 'Rows are sorted by how far the segments lie apart in that feature (sum of effect sizes that are significant).',
  effect: 'Difference between segment and total in standard deviations of the feature. It is coloured only where a test against chance, which counts how many cells are tested, finds it significant.',
  recency: 'Days between the last receipt and the date of the run.',
  receipts: 'Receipts up to the date of the run.',
  basket: 'Spend divided by the number of receipts.',
  returnShare: 'Amount returned divided by amount bought.',
  memberSpend: 'Receipt lines up to the date of the run, sales less returns.',
  explained: 'Share of the differences between customers that this axis of the principal components holds.',
  rowsRead: 'Rows read = loaded + duplicate + quarantined. Each row of a file ends in exactly one of the three.',
  completeness: 'Rows that have a value in this column divided by all loaded rows.',
  contribution: 'Squared distance of the customer to the centre in this feature, after scaling. The sum over all features is the distance; the smaller sum is the own segment.',
} as const;
