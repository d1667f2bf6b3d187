/** A kind of goods, as a shop's shelves are laid out. */
export interface Category {
  name: string
  /** Cents: the cheapest and the dearest item of this shelf. */
  priceRange: readonly [number, number]
  attributes: Readonly<Record<string, boolean>>
  items: readonly string[]
}

function shelf(
  name: string,
  priceRange: readonly [number, number],
  items: string,
  attributes = {},
): Category {
  return { name, priceRange, attributes, items: items.split(',').map((item) => item.trim()) }
}

const CHILLED = { chilled: true }
const FROZEN = { frozen: true }
const ADULTS = { ageRestricted: true }

/** Every item of the baskets, on its shelf. Prices are invented; the data set has none. */
export const CATEGORIES: readonly Category[] = [
  shelf(
    'fruit and vegetables',
    [89, 399],
    'berries, citrus fruit, grapes, herbs, onions, other vegetables, packaged fruit/vegetables, pip fruit, root vegetables, specialty vegetables, tropical fruit',
  ),
  shelf(
    'dairy',
    [79, 349],
    'butter, butter milk, condensed milk, cream, cream cheese, curd, curd cheese, dessert, domestic eggs, hard cheese, margarine, processed cheese, sliced cheese, soft cheese, specialty cheese, specialty fat, spread cheese, UHT-milk, whipped/sour cream, whole milk, yogurt',
    CHILLED,
  ),
  shelf(
    'bread and pastry',
    [59, 299],
    'brown bread, long life bakery product, pastry, roll products, rolls/buns, semi-finished bread, white bread, zwieback',
  ),
  shelf(
    'meat, sausage and fish',
    [249, 1299],
    'beef, chicken, fish, frankfurter, ham, hamburger meat, liver loaf, meat, meat spreads, organic sausage, pork, sausage, turkey',
    CHILLED,
  ),
  shelf(
    'frozen food',
    [199, 699],
    'frozen chicken, frozen dessert, frozen fish, frozen fruits, frozen meals, frozen potato products, frozen vegetables, ice cream',
    FROZEN,
  ),
  shelf(
    'drinks',
    [69, 299],
    'beverages, bottled water, cocoa drinks, coffee, fruit/vegetable juice, instant coffee, misc. beverages, soda, syrup, tea',
  ),
  shelf(
    'alcohol',
    [99, 1999],
    'bottled beer, brandy, canned beer, liqueur, liquor, liquor (appetizer), prosecco, red/blush wine, rum, sparkling wine, whisky, white wine',
    ADULTS,
  ),
  shelf(
    'larder',
    [49, 399],
    'artif. sweetener, baby food, baking powder, canned fish, canned fruit, canned vegetables, cereals, cooking chocolate, finished products, flour, honey, Instant food products, jam, ketchup, mayonnaise, mustard, oil, organic products, pasta, pickled vegetables, potato products, preservation products, pudding powder, ready soups, rice, salad dressing, salt, sauces, soups, spices, sugar, sweet spreads, vinegar',
  ),
  shelf(
    'snacks and sweets',
    [79, 349],
    'cake bar, candy, chewing gum, chocolate, chocolate marshmallow, nut snack, nuts/prunes, popcorn, salty snack, snack products, specialty bar, specialty chocolate, tidbits, waffles',
  ),
  shelf(
    'household',
    [99, 899],
    'abrasive cleaner, bags, bathroom cleaner, candles, cleaner, cling film/bags, cookware, decalcifier, detergent, dish cleaner, dishes, house keeping products, kitchen towels, kitchen utensil, light bulbs, napkins, shopping bags, softener, toilet cleaner',
  ),
  shelf(
    'body care',
    [99, 799],
    'baby cosmetics, dental care, female sanitary products, hair spray, hygiene articles, make up remover, male cosmetics, rubbing alcohol, skin care, soap',
  ),
  shelf(
    'pets, plants and paper',
    [99, 999],
    'cat food, dog food, flower (seeds), flower soil/fertilizer, newspapers, pet care, photo/film, pot plants, seasonal products, sound storage medium',
  ),
]
